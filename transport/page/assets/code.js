// The SMS code.
import { remember, recall } from './store.js';
import { t } from './texts.js';
import { $, say, refused } from './say.js';

const AUTO = 'futuopend.auto';
const digits = 6; // what an SMS has; the daemon takes other lengths too, but those are sent by hand
let shown = 0; // the challenge that is on the page
let spent = false; // the SMS is of no use any more: only another one helps
let resendAt = 0; // when another SMS is possible, as a refusal said

export function setUpCode(wire) {
  $('auto').checked = recall(localStorage, AUTO) === 'yes';
  $('auto').addEventListener('change', () => remember(localStorage, AUTO, $('auto').checked ? 'yes' : 'no'));
  // A whole message may be pasted, dropped or put in by a keyboard. The gateway finds the code in it.
  $('code').addEventListener('input', (e) => typed(wire, e));
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
}

// newSMS learns from an event whether another SMS is the way on.
export function newSMS(entry) {
  if (entry.kind === 'code_void') spent = true;
  if (['code_requesting', 'code_sent', 'code_asked', 'start'].includes(entry.kind)) spent = false;
}

// typed sends by itself, if the person wants that, what is as long as a code, or a text that came in one piece.
function typed(wire, e) {
  const text = $('code').value.trim();
  const piece = e.inputType !== 'insertText' || (e.data ?? '').length > 1;
  const whole = /^\d+$/.test(text) ? text.length === digits : piece && /\d{3}/.test(text);
  if ($('auto').checked && whole && !e.inputType.startsWith('delete')) submit(wire);
}

async function submit(wire) {
  const code = $('code').value.trim();
  if (!code) {
    say('bad', () => t('error.code_invalid'));
    $('code').focus();
    return;
  }
  $('code').value = ''; // a second tap must not send it twice
  say('', null);
  const answer = await wire.post('code', { code, by: 'page' });
  if (answer.type === 'ACK') return;
  refused(answer);
  if (['not_connected', 'code_invalid', 'code_unclear'].includes(answer.error) && !$('code').value) $('code').value = code;
}

export function showCode(challenge, linked, wire) {
  $('code-card').hidden = !challenge;
  if (!challenge) {
    shown = 0;
    return;
  }
  if (shown !== challenge.id) {
    shown = challenge.id;
    $('code').value = '';
    if ([document.body, null].includes(document.activeElement)) $('code').focus();
  }
  $('code-form').querySelector('button').disabled = !linked;
  const left = challenge.attempts_left;
  const words = left === undefined ? '' : t('code.left', { left });
  if ($('code-left').textContent !== words) $('code-left').textContent = words;
  const wait = Math.ceil((Math.max(Date.parse(challenge.again) || 0, resendAt) - wire.now()) / 1000);
  $('resend').disabled = !linked || wait > 0;
  $('resend').className = spent ? '' : 'quiet';
  $('resend').textContent = wait > 0 ? t('code.resend.wait', { wait }) : t(challenge.again ? 'code.resend' : 'code.resend.first');
}
