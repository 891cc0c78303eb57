// What a person does about a halt: steps, and the command for one of them. Whether the same start is offered again, the class decides.
import { t, has } from './texts.js';
import { $ } from './say.js';
import { advice } from './state.js';
import { command } from './command.js';

// mend is what mends a class: setting, machine, time or never, '' for something that the gateway does not see.
const mend = (kind) => (has('mend.' + kind) ? t('mend.' + kind) : '');

export function showHalted(now) {
  const kind = now?.halted?.class;
  $('halted-card').hidden = !kind;
  if (!kind) return;
  const steps = has('steps.' + kind) ? t('steps.' + kind, { button: startWords(now) }).split('\n') : [advice(kind) || now.halted.advice || ''];
  if ($('steps').innerText !== steps.join('\n')) $('steps').replaceChildren(...steps.map(item));
  $('steps').className = steps.length > 1 ? '' : 'alone';
  command($('halted-command'), commandOf(kind, now.shell ?? ''));
}

function item(text) {
  const li = document.createElement('li');
  li.textContent = text;
  return li;
}

function commandOf(kind, shell) {
  if (mend(kind) === 'setting') return shell.startsWith('docker ') ? 'docker compose up -d' : ''; // a container takes a variable when it is made anew
  return mend(kind) === 'machine' ? ownCommand(shell, 'check') : '';
}

// ownCommand is a command of the gateway, as it is run where a person is.
export const ownCommand = (shell, name, flags = '') => [shell && flags ? shell.replace(/^(\S+ exec) /, `$1 ${flags} `) : shell, 'futuopend-gateway', name].filter(Boolean).join(' ');

// startable reports whether a start may bring anything else than the last one did.
export const startable = (now) => mend(now.halted?.class) !== 'never';

export function startWords(now) {
  const kind = now.halted?.class;
  if (kind && mend(kind) !== 'time') return t('start.corrected');
  return Date.parse(now.next_start) ? t('start.early') : t('start.button');
}

// showHelp links to the row that has more of a reason.
export function showHelp(now) {
  const key = 'more.' + (now?.halted?.class ?? now?.trouble?.class);
  $('help').hidden = !has(key) || !['halted', 'closed', 'initializing'].includes(now.state);
  if (!$('help').hidden) $('help-link').href = t(key);
}
