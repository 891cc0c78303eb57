// What a program needs to know of an account that is logged in: whether quotes are proven, and what the daemon told of itself.
import { t, has, span, visible } from './texts.js';
import { $ } from './say.js';
import { known, markets } from './terms.js';

const stale = 25000; // a proof is made every 20 seconds, and a snapshot does not come by itself for each
let asked = 0;

export function showFacts(now, linked, wire) {
  const rows = now?.state === 'connected' ? factsOf(now, wire) : [];
  $('facts').hidden = rows.length === 0;
  const parts = rows.flatMap(([name, text]) => [part('dt', '', t('fact.' + name)), part('dd', name, text)]);
  const texts = (list) => list.map((e) => e.textContent).join('\n');
  if (texts(parts) !== texts([...$('facts').children])) $('facts').replaceChildren(...parts);
  const proven = Date.parse(now?.api?.proven);
  if (!rows.length || !linked || document.hidden || wire.now() - proven < stale || Date.now() - asked < stale) return;
  asked = Date.now();
  wire.send({ type: 'STATUS' });
}

function factsOf(now, wire) {
  const { api, daemon = {} } = now;
  const rights = markets(daemon.rights?.length ? daemon.rights : (api?.rights ?? '').split(/, ?/).filter(Boolean));
  return [
    ['ready', quotes(now, wire)],
    ['trade', api && t(api.trade ? 'ready.trade' : 'ready.notrade')],
    ['api', now.api_address && reached(now.api_address)],
    ['rsa', daemon.rsa && known(daemon.rsa)],
    ['version', daemon.version?.replace(/\(.*/, '') ?? api?.server],
    ['rights', rights],
    ['quota', daemon.quota && known(daemon.quota)],
    ['connections', daemon.connections?.map(known).join(t('list.comma'))],
  ].filter(([, text]) => text);
}

function quotes({ api, missing }, wire) {
  const key = 'missing.' + (api ? missing : 'unasked');
  const proven = Date.parse(api?.proven);
  if (missing === undefined) return proven ? t('ready.proven', { span: span(wire.now() - proven) }) : t('ready.yes');
  return t('ready.no', { missing: has(key) ? t(key) : missing }) + (api?.why && !has(key) ? ' ' + t('ready.why', { why: visible(api.why) }) : '');
}

// reached is the address of the API as this browser would reach it: one that stands for all of the machine's is the page's own.
function reached(address) {
  return address.replace(/^(0\.0\.0\.0|\[::\])(?=:)/, location.hostname);
}

function part(tag, name, text) {
  const e = document.createElement(tag);
  if (name) e.id = name === 'ready' ? 'ready' : 'fact-' + name;
  e.textContent = text;
  return e;
}
