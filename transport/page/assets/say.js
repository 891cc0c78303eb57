// What became of what the person did, said at once.
import { t, has } from './texts.js';

export const $ = (id) => document.getElementById(id);

let words = null; // makes the text, in whatever language is chosen
let at = 0;

export function say(mood, text) {
  words = text;
  at = Date.now();
  $('result').className = 'card ' + mood;
  sayAgain();
}

export function sayAgain() { $('result').textContent = words ? words() : ''; }

// settle forgets what was said when the state went on since.
export function settle() {
  if (Date.now() - at > 2000) say('', null);
}

// refused says why a command was not obeyed.
export function refused(answer) {
  const key = 'error.' + answer.error;
  say('bad', () => (has(key) ? t(key, { wait: answer.wait ?? 0 }) : answer.message));
}
