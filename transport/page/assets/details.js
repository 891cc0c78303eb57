// What an entry adds to its kind, in the chosen language. What the gateway says of itself is known; the daemon's own
// words are shown as they are, but for those that have a word in the page's language.
import { t, moment, english, visible, details } from './texts.js';
import { known, markets } from './terms.js';

const durations = { h: 'unit.hour', m: 'unit.minute', s: 'unit.second' };
const silent = ['device_known', 'device_unproven', 'device_changed', 'device_kept', 'setup_noted']; // a fingerprint tells a person nothing

export function detail(entry) {
  const text = visible(entry.detail ?? '');
  if (!text || silent.includes(entry.kind)) return '';
  return ownWords(entry, text) ?? known(text);
}

function ownWords(entry, text) {
  if (entry.kind === 'version') return text.replace(/\(.*/, '');
  if (['quote_right', 'quote_right_kicked', 'quote_right_limited'].includes(entry.kind)) return markets([text]);
  if (entry.kind === 'quote_rights') return markets(text.split(/, ?/));
  if (entry.kind === 'overruled' && !english()) return t('risk.other');
  if (entry.kind === 'budget_spent' && entry.until) return t('risk.early', { at: moment(entry.until) });
  return formed(text);
}

// formed is what the gateway itself wrote, by the table that the program has, too; null for the daemon's words. The groups of a form fill
// the holes of its sentence, and those in within have a form of their own.
const within = ['why', 'also', 'by'];

function formed(text) {
  for (const [form, key] of details()) {
    const found = form.exec(text);
    if (!found) continue;
    const holes = Object.entries(found.groups ?? {}).map(([name, value]) => [name, name === 'span' ? duration(value) : within.includes(name) ? formed(value) ?? known(value) : value]);
    return t(key, Object.fromEntries(holes));
  }
  return null;
}

// duration is one of Go's, such as 8m0s, without what is nought.
function duration(text) {
  const parts = [...text.matchAll(/([\d.]+)([hms])/g)].filter(([, n]) => Number(n) > 0);
  return parts.map(([, n, unit]) => t(durations[unit], { n })).join(' ');
}
