// The page's words: two languages, chosen by the browser's and switchable.
import { remember, recall } from './store.js';

const LANGUAGE = 'futuopend.language';
const tables = {};
let language = recall(localStorage, LANGUAGE) ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');

export async function loadTexts() {
  await Promise.all(['zh', 'en'].map(async (l) => { tables[l] = await (await fetch(`page/${l}.json`)).json(); }));
}

// english reports whether the gateway's own sentences can be shown as they are.
export const english = () => language === 'en';

// visible is text without what nobody sees: characters that turn its direction or have no width, and control characters.
export const visible = (text) => text.replaceAll(/[\p{Cf}\u2028\u2029]|(?![\t\n])\p{Cc}/gu, '');

export const has = (key) => key in tables[language];

// t is a text, with {names} filled in. A key that has none is shown as it is: something new on the wire.
export function t(key, values = {}) {
  return (tables[language][key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  remember(localStorage, LANGUAGE, language);
}

// translate fills in every text that is always the same.
export function translate() {
  document.documentElement.lang = locale();
  document.title = t('title');
  for (const e of document.querySelectorAll('[data-t]')) e.textContent = t(e.dataset.t);
  for (const e of document.querySelectorAll('[data-t-alt]')) e.alt = t(e.dataset.tAlt);
}

const locale = () => (language === 'zh' ? 'zh-CN' : 'en');

// moment is a point in time: the time alone if it is today.
export function moment(text) {
  const at = new Date(text);
  const today = at.toDateString() === new Date().toDateString();
  return at.toLocaleString(locale(), { ...(!today && { year: 'numeric', month: 'short', day: 'numeric' }), hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}

// span is how long something takes or took, as coarse as a person would say it.
export function span(milliseconds) {
  const s = Math.max(0, Math.round(milliseconds / 1000));
  const [n, unit] = s < 90 ? [s, 'second'] : s < 5400 ? [Math.round(s / 60), 'minute'] : s < 129600 ? [Math.round(s / 3600), 'hour'] : [Math.round(s / 86400), 'day'];
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'long' }).format(n);
}
