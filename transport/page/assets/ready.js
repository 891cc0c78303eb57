// Whether quotes work: what the daemon's own API proved, or what is missing.
import { t, has, span, english, visible } from './texts.js';
import { $, put } from './say.js';

const stale = 25000; // a proof is made every 20 seconds, and a snapshot does not come by itself for each
let asked = 0;

// unproven reports whether the account is logged in, and it is not proven that the API works. Older gateways prove nothing.
export const unproven = (now) => now.state === 'connected' && now.missing !== undefined;

export function showReady(now, linked, wire) {
  const api = now?.api;
  const known = now?.state === 'connected' && (api !== undefined || now.missing !== undefined);
  $('ready').hidden = !known;
  $('ready-more').hidden = !known;
  if (!known) return;
  const proven = Date.parse(api?.proven);
  const key = 'missing.' + (api ? now.missing : 'unasked');
  if (now.missing !== undefined) put('ready', t('ready.no', { missing: has(key) ? t(key) : now.missing }));
  else put('ready', proven ? t('ready.proven', { span: span(wire.now() - proven) }) : t('ready.yes'));
  put('ready-more', more(now, api).join(english() ? ' ' : ''));
  if (!linked || document.hidden || wire.now() - proven < stale || Date.now() - asked < stale) return;
  asked = Date.now();
  wire.send({ type: 'STATUS' });
}

function more(now, api) {
  const out = [];
  if (now.missing !== undefined && api?.why) out.push(t('ready.why', { why: visible(api.why) }));
  if (api?.trade !== undefined) out.push(t(api.trade ? 'ready.trade' : 'ready.notrade'));
  if (api?.rights) out.push(t('ready.rights', { rights: visible(api.rights) }));
  if (api?.server) out.push(t('ready.server', { server: api.server }));
  return out;
}
