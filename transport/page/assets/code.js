// The SMS code.
import { t } from './texts.js';
import { $, say, refused } from './say.js';

const digits = 6; // what an SMS has; the daemon takes other lengths too, but those are sent by hand
let shown = 0; // the challenge that is on the page
let before = 0; // how long the text was at the last change
let resendAt = 0; // when another SMS is possible, as a refusal said

export function setUpCode(wire) {
  // A whole message may be pasted, dropped or put in by a keyboard. The gateway finds the code in it.
  $('code').addEventListener('input', () => typed(wire));
  $('code-form').addEventListener('submit', (e) => { e.preventDefault(); submit(wire); });
  $('resend').addEventListener('click', async () => {
    const answer = await wire.send({ type: 'RESEND_CODE' });
    if (answer.type === 'ACK') {
      say('good', () => t('code.resent'));
      return;
    }
    if (answer.wait) resendAt = wire.now() + answer.wait * 1000;
    refused(answer);
  });
  $('instead').addEventListener('click', async () => {
    const answer = await wire.send({ type: 'NEW_CAPTCHA' });
    if (answer.type === 'ACK') say('good', () => t('code.picture.asked'));
    else refused(answer);
  });
}

// typed sends what came in one piece: it was pasted, or filled in by the phone, so somebody chose it. Single digits wait for the button.
function typed(wire) {
  const text = $('code').value.trim();
  const piece = text.length - before > 1;
  before = text.length;
  if (piece && (/^\d+$/.test(text) ? text.length === digits : /\d{3}/.test(text))) submit(wire);
}

async function submit(wire) {
  const code = $('code').value.trim();
  if (!code) {
    say('bad', () => t('error.code_invalid'), 'code');
    $('code').focus();
    return;
  }
  clear(); // a second tap must not send it twice
  say('', null);
  const answer = await wire.post('code', { code, by: 'page' });
  if (answer.type === 'ACK') return;
  refused(answer, 'code');
  if (['not_connected', 'code_invalid', 'code_unclear'].includes(answer.error) && !$('code').value) $('code').value = code;
  before = $('code').value.length;
}

function clear() {
  $('code').value = '';
  before = 0;
}

// showCode shows the request. why is the class of the latest reason: after some, another SMS is the way on, or a picture in its stead.
export function showCode(challenge, linked, wire, why) {
  $('code-card').hidden = !challenge;
  if (!challenge) {
    shown = 0;
    return;
  }
  if (shown !== challenge.id) {
    shown = challenge.id;
    clear();
    if ([document.body, null].includes(document.activeElement)) $('code').focus();
  }
  $('code-form').querySelector('button').disabled = !linked;
  const left = challenge.attempts_left;
  const few = left !== undefined && left < 10 ? t('code.left', { left }) : '';
  if ($('code-left').textContent !== few) $('code-left').textContent = few;
  const wait = Math.ceil((Math.max(Date.parse(challenge.again) || 0, resendAt) - wire.now()) / 1000);
  $('resend').disabled = !linked || wait > 0;
  $('resend').className = why === 'code_void' ? 'quiet' : 'text';
  $('resend').textContent = wait > 0 ? t('code.resend.wait', { wait }) : t(challenge.again ? 'code.resend' : 'code.resend.first');
  $('instead').hidden = why !== 'code_not_sent';
  $('instead').disabled = !linked;
}
