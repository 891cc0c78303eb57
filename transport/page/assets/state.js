// The band of the first card: what is the case, what that means, and since when. Every state but readiness has a reason, which the
// gateway tells as the trouble; here it is put into words.
import { t, has, moment, span, visible } from './texts.js';
import { detail } from './details.js';
import { $, put } from './say.js';
import { linked as withLinks } from './links.js';

// mood is the colour of each state. A test asks for those that are missing.
const mood = {
  idle: '', initializing: '', awaiting_code: 'wait', verifying: '', connected: 'good', awaiting_captcha: 'wait', reconnecting: 'wait',
  awaiting_password: 'wait', closed: 'bad', halted: 'bad',
};

// usual reasons say no more than the state does.
const usual = ['boot', 'start', 'code_wanted', 'captcha_wanted', 'password_prompt', 'code_verifying', 'captcha_verifying', 'restart_scheduled', 'exited'];
// answered are the states whose headline is what a person can give, whatever became of what he gave before.
const answered = ['awaiting_code', 'awaiting_captcha', 'awaiting_password', 'verifying'];
// quoted are the reasons that the daemon's own words belong to.
const quoted = ['question', 'silence', 'throttle'];

export const word = (kind, missing) => {
  const key = ['trouble.', 'event.'].map((name) => name + kind).find(has);
  return key ? t(key, { missing: t('missing.' + missing) }) : kind;
};

export function advice(kind) {
  const key = ['advice.', 'trouble.advice.'].map((name) => name + kind).find(has);
  return key ? t(key) : '';
}

export function showState(now) {
  const { state, trouble, halted, missing } = now;
  const reason = halted?.class ?? trouble?.class;
  const stuck = reason && !usual.includes(reason) && !answered.includes(state);
  const proven = state === 'connected' && missing === undefined;
  $('state-card').className = 'card ' + (reason === 'stop' ? '' : stuck && mood[state] !== 'bad' ? 'wait' : mood[state] ?? '');
  $('state-card').dataset.state = state;
  put('state-word', proven ? t('ready.yes') : reason === 'api_lost' ? t('ready.unproven') : stuck ? word(reason, missing) : t('state.' + state));
  put('state-says', halted ? (Date.parse(now.next_start) ? '' : t(has('next.' + reason) ? 'next.' + reason : 'says.halted')) : trouble && reason !== 'password_prompt' ? advice(reason) : '');
  showSaid(halted ?? trouble, stuck && !['api_lost', 'stop'].includes(reason) ? reason : ''); // what the API lacks is told in the list
  showTitle(now);
}

// showSaid shows what the daemon says of the reason.
function showSaid(why, kind) {
  const text = !kind || !why.detail ? '' : quoted.includes(kind) ? visible(why.detail) : detail({ kind, detail: why.detail });
  $('said').hidden = !text;
  withLinks($('said'), !text || quoted.includes(kind) ? text : t('halted.detail', { detail: text }));
}

// showTitle lets the tab say what the page says.
function showTitle(now) {
  const who = [now.account?.length > 1 ? now.account : '', now.name].filter(Boolean).join(' · ');
  put('who', who);
  const wanted = answered.includes(now.state) && now.state !== 'verifying' || now.halted;
  const look = ['good', 'wait', 'bad'].find((m) => $('state-card').classList.contains(m));
  const icon = `page/icon${look ? '-' + look : ''}.svg`;
  if ($('icon').getAttribute('href') !== icon) $('icon').setAttribute('href', icon);
  document.title = `${wanted ? '● ' : ''}${$('state-word').textContent} – FutuOpenD${who ? ' ' + who : ''}`;
}

// showTimes shows what changes with the time alone. next is when the daemon is started by itself, nought for never.
export function showTimes(now, next, at) {
  put('since', now?.since ? t('since', { at: moment(now.since), span: span(at - Date.parse(now.since)) }) : '');
  const still = ['closed', 'halted'].includes(now?.state);
  const told = now?.halted && !(next > at); // the line above says that it is not
  $('next').hidden = !still || told;
  if (still) put('next', next > at ? t('next', { at: moment(next), span: span(next - at) }) : t('next.none'));
}
