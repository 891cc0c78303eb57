// What happened, newest first.
import { t, has, moment } from './texts.js';
import { detail } from './details.js';

const most = 200;
const list = document.getElementById('timeline');
const empty = document.getElementById('timeline-empty');
let entries = [];

export function add(entry) {
  entries.push(entry);
  list.prepend(row(entry));
  while (entries.length > most) {
    entries.shift();
    list.lastElementChild.remove();
  }
  empty.hidden = true;
}

export function clear() {
  entries = [];
  show();
}

// show shows all of it again, in another language.
export function show() {
  list.replaceChildren(...entries.map(row).reverse());
  empty.hidden = entries.length > 0;
}

function row(entry) {
  const at = part('time', '', moment(entry.at));
  at.dateTime = entry.at;
  const moved = entry.from !== entry.to;
  const key = 'event.' + entry.kind;
  const li = document.createElement('li');
  li.dataset.kind = entry.kind;
  li.append(at, part('span', moved ? 'moved' : '', has(key) ? t(key) : entry.kind));
  const more = detail(entry);
  if (more) li.append(part('span', 'detail', more));
  if (moved) li.append(part('span', 'to', '→ ' + t(`state.${entry.to}`)));
  return li;
}

function part(tag, name, text) {
  const e = document.createElement(tag);
  if (name) e.className = name;
  e.textContent = text;
  return e;
}
