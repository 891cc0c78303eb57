// What a person does about a halt: steps, and the command for one of them. Whether the same start is offered again, the class decides.
import { t, has } from './texts.js';
import { $ } from './say.js';
import { advice } from './state.js';
import { command } from './command.js';

// hopeless are the classes that the same program cannot get over: no start is offered.
const hopeless = ['region_refused', 'version_refused', 'brand_wrong'];
// waiting are those that a time mends, and not a person.
const waiting = ['budget_spent', 'account_locked', 'outcome_unknown', 'outcome_excused'];
// settings are those that are mended in a setting: a container takes a variable when it is made anew.
const settings = ['password_wrong', 'password_changed', 'login_missing', 'md5_malformed'];
const checked = ['secrets_unusable', 'config_failed', 'app_data_missing', 'start_refused', 'server_failed'];

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
  if (settings.includes(kind)) return shell.startsWith('docker ') ? 'docker compose up -d' : '';
  return checked.includes(kind) ? ownCommand(shell, 'check') : '';
}

// ownCommand is a command of the gateway, as it is run where a person is.
export const ownCommand = (shell, name, flags = '') => [shell && flags ? shell.replace(/^(\S+ exec) /, `$1 ${flags} `) : shell, 'futuopend-gateway', name].filter(Boolean).join(' ');

// startable reports whether a start may bring anything else than the last one did.
export const startable = (now) => !hopeless.includes(now.halted?.class);

export function startWords(now) {
  const kind = now.halted?.class;
  if (kind && !waiting.includes(kind)) return t('start.corrected');
  return Date.parse(now.next_start) ? t('start.early') : t('start.button');
}

// showHelp links to the row that has more of a reason.
export function showHelp(now) {
  const key = 'more.' + (now?.halted?.class ?? now?.trouble?.class);
  $('help').hidden = !has(key) || !['halted', 'closed', 'initializing'].includes(now.state);
  if (!$('help').hidden) $('help-link').href = t(key);
}
