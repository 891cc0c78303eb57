// What an entry adds to its kind, in the chosen language. What the gateway says of itself is known; the daemon's own
// words are shown as they are, but for the few that are the same in every login.
import { t, has, moment, english, visible } from './texts.js';

const durations = { h: 'unit.hour', m: 'unit.minute', s: 'unit.second' };
const silent = ['device_known', 'device_unproven', 'device_changed', 'device_kept', 'setup_noted']; // a fingerprint tells a person nothing

export function detail(entry) {
  const text = visible(entry.detail ?? '');
  if (!text || silent.includes(entry.kind)) return '';
  const own = ownWords(entry, text);
  if (own !== null) return own;
  const key = 'detail.' + text.toLowerCase().replaceAll(/[ ,]+/g, '_');
  return has(key) ? t(key) : text;
}

function ownWords(entry, text) {
  const exit = /^exit code (\d+)$/.exec(text);
  if (exit) return t('detail.exit', { code: exit[1] });
  const signal = /^signal (\d+)/.exec(text);
  if (signal) return t('detail.signal', { signal: english() ? text.slice(7) : signal[1] });
  if (/^(?:\d+h)?(?:\d+m)?(?:[\d.]+s)?$/.test(text)) return duration(text);
  const spent = /^(\d+) (starts|failed logins) in (\S+)$/.exec(text);
  if (spent) return t(spent[2] === 'starts' ? 'detail.starts' : 'detail.failed', { count: spent[1], span: duration(spent[3]) });
  const unheard = /^(\d+) failed logins in ([^\s,]+), (\d+) of them with an end that nobody heard/.exec(text);
  if (unheard) return t('detail.unheard', { count: unheard[1], span: duration(unheard[2]), unheard: unheard[3] });
  if (entry.kind === 'overruled' && !english()) return t('risk.other');
  if (entry.kind === 'budget_spent' && entry.until) return t('risk.early', { at: moment(entry.until) });
  return null;
}

// duration is one of Go's, such as 8m0s, without what is nought.
function duration(text) {
  const parts = [...text.matchAll(/([\d.]+)([hms])/g)].filter(([, n]) => Number(n) > 0);
  return parts.map(([, n, unit]) => t(durations[unit], { n })).join(' ');
}
