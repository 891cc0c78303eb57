// The page's words, in the language that a person chose, or else the first of the browser's languages that there is. One file is loaded,
// and another one only when somebody switches.
import { remember, recall } from './store.js';

const LANGUAGE = 'futuopend.language';
// forms are the languages by what browsers call them; the first that fits counts.
const forms = [[/^zh-(?:hant|tw|hk|mo)/, 'zh-Hant'], [/^zh/, 'zh'], [/^en/, 'en']];
const locales = { en: 'en', zh: 'zh-Hans', 'zh-Hant': 'zh-Hant' };
const tables = {};
let chosen = recall(localStorage, LANGUAGE);
if (!(chosen in locales)) chosen = preferred(navigator.languages) ?? 'en';

function preferred(languages) {
  for (const l of languages) {
    const form = forms.find(([like]) => like.test(l.toLowerCase()));
    if (form) return form[1];
  }
  return null;
}

async function load(language) {
  if (tables[language]) return;
  const table = await (await fetch(`page/${language}.json`)).json();
  table.details = table.details.map(([form, key]) => [new RegExp(form, 'u'), key]);
  tables[language] = table;
}

export const loadTexts = () => load(chosen);

export const language = () => chosen;

// english reports whether the gateway's own sentences can be shown as they are.
export const english = () => chosen === 'en';

// visible is text without what nobody sees: characters that turn its direction or have no width, and control characters.
export const visible = (text) => text.replaceAll(/[\p{Cf}\u2028\u2029]|(?![\t\n])\p{Cc}/gu, '');

export const has = (key) => key in tables[chosen];

// details are the forms of what the gateway writes itself, each with the key of its sentence.
export const details = () => tables[chosen].details;

// t is a text, with {names} filled in. A key that has none is shown as it is: something new on the wire.
export function t(key, values = {}) {
  return (tables[chosen][key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export async function switchLanguage(to) {
  await load(to);
  chosen = to;
  remember(localStorage, LANGUAGE, chosen);
}

// translate fills in every text that is always the same.
export function translate() {
  document.documentElement.lang = locale();
  for (const e of document.querySelectorAll('[data-t]')) e.textContent = t(e.dataset.t);
  for (const e of document.querySelectorAll('[data-t-alt]')) e.alt = t(e.dataset.tAlt);
}

const locale = () => locales[chosen];

// moment is a point in time: the time alone if it is today.
export function moment(text) {
  const at = new Date(text);
  const today = at.toDateString() === new Date().toDateString();
  return at.toLocaleString(locale(), { ...(!today && { year: 'numeric', month: 'short', day: 'numeric' }), hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}

// clock is the time of a day, to the minute; day is the day.
export const clock = (text) => new Date(text).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

export function day(text, short) {
  if (short) return new Date(text).toLocaleDateString(locale(), { weekday: 'short' });
  const at = new Date(text).toDateString();
  const back = (days) => new Date(Date.now() - days * 86400000).toDateString();
  if (at === back(0)) return t('day.today');
  if (at === back(1)) return t('day.yesterday');
  return new Date(text).toLocaleDateString(locale(), { weekday: 'short', month: 'short', day: 'numeric' });
}

// share is a part of one in per cent: one that is not whole never looks whole.
export const share = (part) => new Intl.NumberFormat(locale(), { maximumFractionDigits: 1, roundingMode: 'floor' }).format(100 * part);

// span is how long something takes or took, as coarse as a person would say it.
export function span(milliseconds) {
  const s = Math.max(0, Math.round(milliseconds / 1000));
  const [n, unit] = s < 90 ? [s, 'second'] : s < 5400 ? [Math.round(s / 60), 'minute'] : s < 129600 ? [Math.round(s / 3600), 'hour'] : [Math.round(s / 86400), 'day'];
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: chosen === 'en' ? 'long' : 'short' }).format(n);
}
