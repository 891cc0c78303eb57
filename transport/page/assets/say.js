// What became of what the person did, said at once.
import { t, has } from './texts.js';

export const $ = (id) => document.getElementById(id);

// put leaves a text alone that is the same, so that a screen reader does not say it again.
export function put(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
}

const fields = ['code', 'captcha', 'token'];
let words = null; // makes the text, in whatever language is chosen
let at = 0;

// say says it in a mood, good or bad; field is the one in which something bad was given.
export function say(mood, text, field = '') {
  words = text;
  at = Date.now();
  $('result').className = mood;
  for (const f of fields) $(f).setAttribute('aria-invalid', mood === 'bad' && f === field);
  sayAgain();
}

export function sayAgain() { $('result').textContent = words ? words() : ''; }

// settle forgets what was said when the state went on since.
export function settle() {
  if (Date.now() - at > 2000) say('', null);
}

// refused says why a command was not obeyed. The gateway's own words, which are English, are for what is new on the wire.
export function refused(answer, field) {
  const key = 'error.' + answer.error;
  say('bad', () => (has(key) ? t(key, { wait: answer.wait ?? 0, message: answer.message }) : t('error.other', { error: answer.error, message: answer.message })), field);
}
