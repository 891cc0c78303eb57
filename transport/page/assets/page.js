// The page: shows what the gateway tells, and passes on what a person does.
import { Wire } from './wire.js';
import { loadTexts, language, switchLanguage, translate, t, has, moment } from './texts.js';
import * as timeline from './timeline.js';
import { $, say, sayAgain, settle, put } from './say.js';
import { takeTicket } from './ticket.js';
import { showState, showTimes } from './state.js';
import { showHalted, showHelp, ownCommand } from './halted.js';
import { command } from './command.js';
import { showFacts } from './facts.js';
import { setUpLines, askLines } from './lines.js';
import { setUpCode, showCode } from './code.js';
import { setUpCaptcha, showCaptcha, pictureSaved } from './captcha.js';
import { setUpReport, showReport } from './report.js';
import { setUpActions, showActions } from './actions.js';
import { setUpWeek, askWeek, showWeek } from './week.js';

const ticket = takeTicket(); // before anything else: see there
const ready = loadTexts(); // while the gateway is asked
const trouble = ['code_void', 'code_superseded', 'code_not_sent', 'answer_unusable', 'captcha_void', 'captcha_not_sent', 'too_frequent'];

let now = null; // the latest snapshot
let linked = false;
let lost = false; // a try to reach the gateway failed
let stopped = false; // a person stopped the daemon, and with that a start that was to come
let refresh;

const wire = new Wire({
  status(snapshot) {
    if (now && snapshot.state !== now.state) settle();
    now = snapshot;
    show();
  },
  event(entry) {
    timeline.add(entry);
    askLines(wire);
    if (entry.kind === 'stop') stopped = true;
    if (['start', 'restart_scheduled', 'budget_spent'].includes(entry.kind)) stopped = false;
    if (['captcha_saved', 'captcha_still_wanted'].includes(entry.kind)) pictureSaved(entry, wire);
    if (now && entry.seq > now.seq) heard(entry, wire);
    // A snapshot comes by itself only when the state changes; when an SMS or a start is possible again changes without.
    if (!now || entry.seq <= now.seq) return;
    clearTimeout(refresh);
    refresh = setTimeout(() => wire.send({ type: 'STATUS' }), 200);
  },
  result(frame) {
    const key = `result.${frame.kind}.${frame.result}`;
    say(frame.result === 'accepted' ? 'good' : 'bad', () => t(has(key) ? key : `result.${frame.result}`), frame.kind);
  },
  anew: timeline.clear,
  link(up, failed) {
    linked = up;
    lost = !up && (lost || failed);
    askForToken(false);
    show();
    if (up) askLines(wire);
  },
  refused(why) { say('bad', () => t(why)); },
  token(why) {
    linked = lost = false;
    now = null;
    askForToken(true);
    say('bad', why ? () => t(why) : null, 'token');
    show();
    $('token').focus();
  },
}, ready);

// heard says at once what the daemon says of an answer or an SMS, where that is more than a new state.
function heard(entry, wire) {
  if (!trouble.includes(entry.kind)) return;
  const again = Date.parse(entry.until) > wire.now();
  say('bad', () => t(again ? 'trouble.line' : 'event.' + entry.kind, { reason: t('event.' + entry.kind), advice: again && t('wait.until', { at: moment(entry.until) }) }), entry.kind.split('_')[0]);
}

function askForToken(asking) {
  $('token-form').hidden = !asking;
  $('limited-token').setAttribute('aria-expanded', asking);
}

function show() {
  const asking = !$('token-form').hidden;
  const main = document.querySelector('main');
  main.classList.toggle('known', now !== null);
  main.classList.toggle('lost', lost);
  for (const id of ['timeline-card', 'manage-card']) $(id).hidden = now === null;
  $('token-card').hidden = !asking;
  $('band').hidden = asking && now === null;
  put('link', lost ? t(now ? 'link.lost' : 'link.none') : '');
  if (now) showState(now);
  else put('state-word', asking ? '' : t('link.connecting'));
  showHalted(now);
  showHelp(now);
  showCaptcha(now?.state === 'awaiting_captcha' && now.challenge, linked, wire);
  $('password-card').hidden = now?.state !== 'awaiting_password';
  if (now) command($('password-command'), ownCommand(now.shell ?? '', 'password', '-it'));
  showActions(now, linked, starts() > wire.now(), wire.limited);
  showReport(now, wire.limited);
  tick();
}

// starts is when the daemon is started by itself, nought for never.
const starts = () => (stopped ? 0 : Date.parse(now?.next_start) || 0);

// tick shows what changes with the time alone. Of a gateway that is not reached nobody knows what the time changes.
function tick() {
  if (lost) return;
  showTimes(now, starts(), wire.now());
  showFacts(now, linked, wire);
  if (linked) askWeek(now, wire);
  showCode(now?.state === 'awaiting_code' && now.challenge, linked, wire, now?.trouble?.class);
}

function inWords() {
  translate();
  $('language').value = language();
  timeline.show();
  showWeek();
  sayAgain();
  show();
}

$('language').addEventListener('change', async () => { await switchLanguage($('language').value); inWords(); });
$('token-form').addEventListener('submit', (e) => {
  e.preventDefault();
  say('', null);
  wire.useToken($('token').value.trim());
  $('token').value = '';
});
$('limited-token').addEventListener('click', () => {
  askForToken($('token-form').hidden);
  show();
  if (!$('token-form').hidden) $('token').focus();
});
addEventListener('hashchange', () => {
  const another = takeTicket(); // a link that was opened in this very tab
  if (another !== null) wire.useTicket(another);
});
setUpCode(wire);
setUpCaptcha(wire);
setUpActions(wire);
setUpLines(wire);
setUpReport(wire);
setUpWeek();
if (ticket !== null) wire.useTicket(ticket);
else wire.connect();
await ready;
document.querySelector('main').hidden = false;
inWords();
setInterval(tick, 1000);
