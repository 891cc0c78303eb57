// The captcha: a picture, and what is to be read in it.
import { t } from './texts.js';
import { $, say, refused } from './say.js';

const patience = 1500; // not every daemon says that the picture is there; then it is looked for
let shown = 0; // the challenge that is on the page
let saved = 0; // the latest entry that said that the picture is there
let timer;

export function setUpCaptcha(wire) {
  $('captcha-form').addEventListener('submit', (e) => { e.preventDefault(); submit(wire); });
  $('another').addEventListener('click', async () => {
    $('another').disabled = true;
    const answer = await wire.send({ type: 'NEW_CAPTCHA' });
    $('another').disabled = false;
    if (answer.type !== 'ACK') {
      refused(answer);
      return;
    }
    say('', null);
    hide();
    later(wire);
  });
}

async function submit(wire) {
  const answer = $('captcha').value.trim();
  if (!/^[A-Za-z0-9]{1,8}$/.test(answer)) {
    say('bad', () => t('error.captcha_invalid'), 'captcha');
    $('captcha').focus();
    return;
  }
  $('captcha').value = '';
  say('', null);
  const got = await wire.send({ type: 'VERIFY_CAPTCHA', answer });
  if (got.type !== 'ACK') refused(got, 'captcha');
}

export function showCaptcha(challenge, linked, wire) {
  $('captcha-card').hidden = !challenge;
  $('captcha-form').querySelector('button').disabled = !linked;
  $('another').disabled = !linked;
  if (!challenge) {
    shown = 0;
    clearTimeout(timer);
    hide();
    return;
  }
  if (shown === challenge.id) return;
  shown = challenge.id;
  $('captcha').value = '';
  hide();
  if (saved >= shown) load(wire);
  else later(wire);
  if ([document.body, null].includes(document.activeElement)) $('captcha').focus();
}

// pictureSaved is called when the daemon says that the picture is there.
export function pictureSaved(entry, wire) {
  saved = entry.seq;
  if (shown && saved >= shown) load(wire);
}

function later(wire) {
  clearTimeout(timer);
  timer = setTimeout(() => load(wire), patience);
}

// load fetches the picture itself, because an img element cannot send the token.
async function load(wire) {
  clearTimeout(timer);
  const wanted = shown;
  let picture = null;
  try {
    const answer = await fetch('captcha.png', { headers: wire.headers(), cache: 'no-store' });
    if (answer.ok) picture = await answer.blob();
  } catch { /* the connection is gone, which is told elsewhere */ }
  if (wanted !== shown) return;
  if (!picture) {
    later(wire);
    return;
  }
  hide();
  $('picture').src = URL.createObjectURL(picture);
  $('picture').hidden = false;
  $('no-picture').hidden = true;
}

function hide() {
  if ($('picture').src) URL.revokeObjectURL($('picture').src);
  $('picture').removeAttribute('src');
  $('picture').hidden = true;
  $('no-picture').hidden = false;
}
