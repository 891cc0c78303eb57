// What happened, newest first: by day, and within a day by login. At first only what a person wants to know is shown; the rest is behind
// a button.
import { t, has, moment, day, clock } from './texts.js';
import { detail } from './details.js';
import { $, put } from './say.js';

const most = 200;
const soon = 50; // milliseconds in which what comes is shown at once

// told are the kinds that a person wants to know although they move no state: what somebody did, and what went wrong.
const told = new Set(`start stop overruled code_typed captcha_typed code_asked captcha_asked code_held code_dropped code_refused
  code_not_sent code_void code_superseded captcha_void captcha_not_sent answer_unusable code_timeout captcha_timeout code_not_typed captcha_not_typed too_frequent
  question silence throttle hung crashed start_failed network_trouble link_lost link_back session_lost session_back trade_lost quote_right_kicked trade_agreement
  trade_password_changed device_lock_on device_changed device_absent device_unreadable version_old rsa_failed websocket_failed data_missing bad_parameter
  budget_spent secrets_unusable lines_lost terminal_closed unanswerable left_behind kicked_out forced_logout password_changed throttled`.split(/\s+/));
// passing are those that move a state and say no more than the one before them.
const passing = new Set(['boot', 'code_verifying', 'captcha_verifying', 'exiting', 'output_ended']);
const ends = ['halted', 'closed'];
const plain = ['exited', 'stop', 'start_failed', 'still_halted'];

let entries = [];
let all = false;
let timer = null;

$('timeline-all').addEventListener('click', () => { all = !all; show(); });

export function add(entry) {
  entries.push(entry);
  if (entries.length > most) entries.shift();
  timer ??= setTimeout(show, soon);
}

export function clear() {
  entries = [];
  show();
}

// show shows all of it again: there is more, or it is in another language.
export function show() {
  clearTimeout(timer);
  timer = null;
  const logins = split(entries);
  const shown = logins.flat().filter((r) => r.told).length;
  const whole = all || shown === 0;
  const out = [];
  let last = day(new Date().toISOString());
  for (const login of logins.reverse()) {
    const rows = login.map((r) => row(r, whole)).reverse();
    const on = day(login[0].entry.at);
    if (on !== last && rows.some((li) => !li.hidden)) out.push(part('h3', 'small', on));
    last = on;
    const list = part('ol', 'login', '');
    list.hidden = rows.every((li) => li.hidden);
    list.append(...rows);
    out.push(list);
  }
  $('timeline').replaceChildren(...out);
  $('timeline-empty').hidden = entries.length > 0;
  $('timeline-all').hidden = shown === 0 || shown === entries.length;
  $('timeline-all').setAttribute('aria-expanded', all);
  put('timeline-all', all ? t('timeline.fewer') : t('timeline.all', { count: entries.length }));
}

// split puts entries together by login. A proof that is lost is told once there was one, and one that is back after that.
function split(list) {
  const logins = [];
  let proven = false;
  let missed = false;
  for (const entry of list) {
    if (!logins.length || entry.kind === 'start' || entry.kind === 'boot') {
      logins.push([]);
      proven = missed = false;
    }
    const lost = entry.kind === 'api_lost' && proven;
    const back = entry.kind === 'api_ready' && missed;
    if (entry.kind === 'api_ready') [proven, missed] = [true, false];
    if (lost) [proven, missed] = [false, true];
    logins.at(-1).push({ entry, told: lost || back || told.has(entry.kind) || entry.from !== entry.to && !passing.has(entry.kind), version: '' });
    if (entry.kind === 'version') logins.at(-1).filter((r) => r.entry.kind === 'start').forEach((r) => { r.version = ' ' + detail(entry); });
  }
  return logins;
}

function row({ entry, told: wanted, version }, whole) {
  const at = part('time', '', whole ? moment(entry.at) : clock(entry.at));
  at.dateTime = entry.at;
  const key = 'event.' + entry.kind;
  const ended = entry.from !== entry.to && ends.includes(entry.to) && !plain.includes(entry.kind);
  const li = part('li', wanted ? 'told' : '', '');
  li.dataset.kind = entry.kind;
  li.hidden = !wanted && !whole;
  li.append(at, part('span', '', (has(key) ? t(key) : entry.kind) + (whole ? '' : version) + (ended ? ' → ' + t(`state.${entry.to}`) : '')));
  const more = detail(entry);
  if (more) li.append(part('span', 'detail', more));
  return li;
}

function part(tag, name, text) {
  const e = document.createElement(tag);
  if (name) e.className = name;
  e.textContent = text;
  return e;
}
