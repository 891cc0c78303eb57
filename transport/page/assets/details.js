// What an entry adds to its kind, in the chosen language. What the gateway says of itself is known; the daemon's own
// words are shown as they are, but for those that have a word in the page's language.
import { t, moment, english, visible } from './texts.js';
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
