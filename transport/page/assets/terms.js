// The daemon's own values that have a word in the page's language: it prints them in the language that it was started in, which need
// not be that of the person. What is not known is shown as it is.
import { t, has, visible } from './texts.js';

// markets are the names of markets, in the console's words and in those of the API.
const names = {
  港股: 'hk_stock', 港股市场: 'hk_stock', 'HK Securities': 'hk_stock', 港股期权: 'hk_option', 港股期货: 'hk_future',
  美股: 'us_stock', 美股市场: 'us_stock', 'US Stocks': 'us_stock', 'US Securities': 'us_stock', 美股期权: 'us_option', 美股指数: 'us_index', 美股OTC: 'us_otc',
  '美期 CME': 'cme', '美期 CBOT': 'cbot', '美期 NYMEX': 'nymex', '美期 COMEX': 'comex', '美期 CBOE': 'cboe',
  A股: 'cn_stock', A股市场: 'cn_stock', 'A-shares Market': 'cn_stock', 'China A-shares': 'cn_stock', 上证: 'sh_stock', 深证: 'sz_stock',
  新加坡期货: 'sg_future', 日本期货: 'jp_future', 'JPN Stocks': 'jp_stock',
};
const without = ['无权限', 'No permission', 'none'];
const parts = {
  主连接: 'access.main', 次连接: 'access.second', 行情连接: 'access.quotes', 交易连接: 'access.trade', 香港接入点: 'access.hk', 广州接入点: 'access.gz',
};

// known is a value in the page's language.
export function known(value) {
  const text = visible(value);
  const quota = /(?:订阅额度|Subscription Quota): ?(\d+).*(?:历史K线额度|Historical Candlestick Quota): ?(\d+)/.exec(text);
  if (quota) return t('quota.both', { sub: quota[1], hist: quota[2] });
  const key = 'detail.' + text.toLowerCase().replaceAll(/[ ,]+/g, '_');
  if (has(key)) return t(key);
  const own = text.replace(/ (?=次连接)/, t('list.comma')).replace(/(主连接|次连接|行情连接|交易连接)(\d*): ?/g, (_, name, n) => ` ${t(parts[name])}${n && ' ' + n}${t('list.colon')}`).replace(/(香港接入点|广州接入点)(\d*)/g, (_, name, n) => `${t(parts[name])} ${n}`);
  return own.replaceAll(/ {2,}/g, ' ').trim();
}

// markets are the rights of a list of markets and levels as one text: those markets in which there are any.
export function markets(list) {
  const given = list.map(market).filter(([, level]) => level !== '');
  return given.length || !list.length ? given.map(([name, level]) => `${name} ${level}`).join(t('list.comma')) : t('rights.none');
}

function market(text) {
  const at = /^(.*?): ?(.*)$/.exec(visible(text)) ?? /^(.*) (\S+)$/.exec(visible(text)) ?? [text, visible(text), ' '];
  const key = 'market.' + (names[at[1]] ?? at[1].toLowerCase().replaceAll(' ', '_'));
  return [has(key) ? t(key) : at[1], without.includes(at[2]) ? '' : at[2].replace(/^Lv/, 'LV')];
}
