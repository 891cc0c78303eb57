// How the last seven days went: a strip, its times where somebody touches it, and the same in words.
import { t, moment, day, span, share } from './texts.js';
import { $, put } from './say.js';

const every = 60000; // milliseconds between two questions, unless the state changed
const least = 600; // seconds that must be known, so that a share says something
const told = 40; // interruptions that are told in words, the latest first
let past = null;
let asked = 0;
let key = '';

export function setUpWeek() {
  const strip = $('week-strip');
  for (const type of ['pointermove', 'pointerdown']) strip.addEventListener(type, (e) => point(e, strip));
  strip.addEventListener('pointerleave', (e) => { if (e.pointerType === 'mouse') put('week-at', ''); });
}

// askWeek asks for the week when something changed, and now and then.
export async function askWeek(now, wire) {
  const state = `${now?.state} ${now?.ready}`;
  if (!now || document.hidden || state === key && Date.now() - asked < every) return;
  asked = Date.now();
  key = state;
  try {
    const answer = await fetch('week', { headers: wire.headers(), cache: 'no-store' });
    if (!answer.ok) return;
    past = await answer.json();
  } catch {
    return; // the connection is gone, which is told elsewhere
  }
  showWeek();
}

export function showWeek() {
  const known = past?.share;
  $('week-card').hidden = !known || known.known < least;
  if ($('week-card').hidden) return;
  const spans = spansOf(past);
  put('week-share', t('week.share', { share: share(known.ready), span: span(known.known * 1000) }));
  $('week-strip').setAttribute('viewBox', `0 0 ${spans.end - spans.begin} 1`);
  $('week-strip').replaceChildren(...spans.map(({ at, until, is }) => {
    const rect = drawn('rect');
    for (const [name, value] of Object.entries({ class: is, x: at - spans.begin, y: 0, width: until - at, height: 1 })) rect.setAttribute(name, value);
    return rect;
  }));
  $('week-strip').setAttribute('aria-label', $('week-share').textContent);
  showDays(spans);
  showWords(spans);
}

// spansOf are the spans with their ends, in milliseconds.
function spansOf({ from, until, spans }) {
  const out = spans.map(({ at, is }, i) => ({ at: Date.parse(at), until: Date.parse(spans[i + 1]?.at ?? until), is }));
  return Object.assign(out, { begin: Date.parse(from), end: Date.parse(until) });
}

const drawn = (name) => document.createElementNS($('week-strip').namespaceURI, name);

// showDays names the days below the strip, each where it begins.
function showDays({ begin, end }) {
  const days = [];
  const at = new Date(begin);
  at.setHours(24, 0, 0, 0);
  for (; at < end; at.setDate(at.getDate() + 1)) {
    const name = drawn('text');
    for (const [attribute, value] of Object.entries({ x: `${(at - begin) / (end - begin) * 100}%`, y: '1em' })) name.setAttribute(attribute, value);
    name.textContent = day(at.toISOString(), true);
    if (at - begin < (end - begin) * 0.93) days.push(name);
  }
  $('week-days').replaceChildren(...days);
}

// showWords tells the times when quotes did not work.
function showWords(spans) {
  const bad = spans.filter(({ is }) => is !== 'ready').reverse();
  $('week-more').hidden = bad.length === 0;
  put('week-count', t('week.interruptions', { count: bad.length }));
  $('week-words').replaceChildren(...bad.slice(0, told).map((s) => Object.assign(document.createElement('li'), { textContent: inWords(s) })));
}

const inWords = ({ at, until, is }) => t('week.span', { from: moment(new Date(at).toISOString()), until: moment(new Date(until).toISOString()), what: t('week.is.' + is) });

// point tells of the time that is touched.
function point(e, strip) {
  if (!past) return;
  const spans = spansOf(past);
  const box = strip.getBoundingClientRect();
  const at = spans.begin + (e.clientX - box.left) / box.width * (spans.end - spans.begin);
  const hit = spans.findLast((s) => s.at <= at);
  put('week-at', hit ? inWords(hit) : '');
}
