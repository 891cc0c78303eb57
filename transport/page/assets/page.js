// The page: shows what the gateway tells, and passes on what a person does.
import { Wire } from './wire.js';
import { loadTexts, switchLanguage, translate, t, has, moment, span } from './texts.js';
import { detail } from './details.js';
import * as timeline from './timeline.js';
import { $, say, sayAgain, settle, put } from './say.js';
import { takeTicket } from './ticket.js';
import { showReady, unproven } from './ready.js';
import { setUpLines, askLines } from './lines.js';
import { setUpCode, showCode, newSMS } from './code.js';
import { linked as withLinks } from './links.js';
import { setUpCaptcha, showCaptcha, pictureSaved } from './captcha.js';
import { setUpReport, showReport } from './report.js';
import { setUpActions, showActions } from './actions.js';

const ticket = takeTicket(); // before anything else: see there
const mood = { connected: 'good', awaiting_code: 'wait', awaiting_captcha: 'wait', awaiting_password: 'wait', closed: 'bad', halted: 'bad' };

const trouble = ['code_void', 'code_superseded', 'code_not_sent', 'answer_unusable', 'captcha_void', 'captcha_not_sent', 'too_frequent'];

let now = null; // the latest snapshot
let linked = false;
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
    say(frame.result === 'accepted' ? 'good' : 'bad', () => t(has(key) ? key : `result.${frame.result}`));
  },
  anew: timeline.clear,
  link(up) {
    linked = up;
    askForToken(false);
    show();
    if (up) askLines(wire);
  },
  refused(why) { say('bad', () => t(why)); },
  token(why) {
    linked = false;
    now = null;
    askForToken(true);
    say('bad', why ? () => t(why) : null);
    show();
    $('token').focus();
  },
});

// heard says at once what the daemon says of an answer or an SMS, where that is more than a new state.
function heard(entry, wire) {
  if (trouble.includes(entry.kind)) {
    say('bad', () => t('event.' + entry.kind) + (Date.parse(entry.until) > wire.now() ? ' ' + t('wait.until', { at: moment(entry.until) }) : ''));
  }
  newSMS(entry);
}

function askForToken(asking) {
  $('token-card').hidden = !asking;
  $('limited-token').setAttribute('aria-expanded', asking);
}

function show() {
  const asking = !$('token-card').hidden;
  document.querySelector('main').classList.toggle('known', now !== null);
  for (const id of ['timeline-card', 'lines-card']) $(id).hidden = now === null;
  $('state-card').hidden = asking && now === null;
  $('link').textContent = linked || asking ? '' : t(now ? 'link.lost' : 'link.none');
  if (now) showState();
  else put('state-word', asking ? '' : t('link.connecting'));
  showCaptcha(now?.state === 'awaiting_captcha' && now.challenge, linked, wire);
  $('password-card').hidden = now?.state !== 'awaiting_password';
  showActions(now, linked, !stopped && Date.parse(now?.next_start) > wire.now(), wire.limited);
  showReport(now, wire.limited);
  tick();
}

function showState() {
  $('state-card').className = 'card ' + (unproven(now) ? 'wait' : mood[now.state] ?? '');
  $('state-card').dataset.state = now.state;
  put('state-word', t('state.' + now.state));
  put('state-says', t('says.' + now.state));
  showTrouble(now);
  const halted = now.halted;
  $('halted-card').hidden = !halted;
  if (!halted) return;
  // What holds from an earlier run names the class of that run first.
  const kind = halted.class;
  put('halted-title', has('event.' + kind) ? t('event.' + kind) : kind);
  put('halted-advice', has('advice.' + kind) ? t('advice.' + kind) : halted.advice ?? '');
  const reason = detail({ kind, detail: halted.detail });
  withLinks($('halted-detail'), reason ? t('halted.detail', { detail: reason }) : '');
}

// showTrouble says why the login does not get on, and what to do, where no card of its own says that.
function showTrouble({ state, trouble, halted }) {
  const stuck = trouble && !halted && ['initializing', 'reconnecting', 'closed'].includes(state) && !['start', 'stop'].includes(trouble.class);
  $('trouble').hidden = !stuck;
  if (!stuck) return;
  const { class: kind } = trouble;
  const reason = has('trouble.' + kind) ? t('trouble.' + kind, { missing: t('missing.' + now.missing) }) : has('event.' + kind) ? t('event.' + kind) : kind;
  const said = detail({ kind, detail: trouble.detail });
  const key = ['advice.', 'trouble.advice.'].map((name) => name + kind).find(has);
  const advice = [key && t(key), said && t('halted.detail', { detail: said })].filter(Boolean).join(' ');
  withLinks($('trouble'), t('trouble.line', { reason, advice }));
}

// tick shows what changes with the time alone.
function tick() {
  put('since', now?.since ? t('since', { at: moment(now.since), span: span(wire.now() - Date.parse(now.since)) }) : '');
  const next = stopped ? 0 : Date.parse(now?.next_start);
  const still = ['closed', 'halted'].includes(now?.state);
  $('next').hidden = !still;
  if (still) put('next', next > wire.now() ? t('next', { at: moment(now.next_start), span: span(next - wire.now()) }) : t('next.none'));
  showReady(now, linked, wire);
  showCode(now?.state === 'awaiting_code' && now.challenge, linked, wire);
}

function inWords() {
  translate();
  $('language').textContent = t('language.other');
  $('language').lang = t('language.other.lang');
  $('language').setAttribute('aria-label', t('language.label'));
  timeline.show();
  sayAgain();
  show();
}

$('language').addEventListener('click', () => { switchLanguage(); inWords(); });
$('token-form').addEventListener('submit', (e) => {
  e.preventDefault();
  say('', null);
  wire.useToken($('token').value.trim());
  $('token').value = '';
});
$('limited-token').addEventListener('click', () => {
  askForToken($('token-card').hidden);
  show();
  if (!$('token-card').hidden) $('token').focus();
});
addEventListener('hashchange', () => {
  const another = takeTicket(); // a link that was opened in this very tab
  if (another !== null) wire.useTicket(another);
});
await loadTexts();
setUpCode(wire);
setUpCaptcha(wire);
setUpActions(wire);
setUpLines(wire);
setUpReport(wire);
document.querySelector('main').hidden = false;
inWords();
setInterval(tick, 1000);
if (ticket !== null) wire.useTicket(ticket);
wire.connect();
