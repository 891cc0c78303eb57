// The buttons that start and stop the daemon. Each asks once, because each costs something. What the gateway then calls not
// safe is asked about once more, in words of its own: it is done only when a person says so again.
import { t, moment, english } from './texts.js';
import { $, say, refused } from './say.js';
import { startable, startWords } from './halted.js';

const commands = { start: 'INIT', restart: 'RESTART', stop: 'STOP' };
const dead = ['idle', 'closed', 'halted'];
let now = null;
let act = null; // what is being asked about
let again = false; // it was called not safe

export function setUpActions(wire) {
  for (const name of Object.keys(commands)) $(name).addEventListener('click', () => ask(name));
  $('confirm-no').addEventListener('click', () => $('confirm').close());
  $('confirm-yes').addEventListener('click', () => { $('confirm').close(); run(wire); });
}

function ask(name) {
  act = name;
  again = false;
  show(t(`${name}.ask`), t(`${name}.costs`), '', t(`${name}.button`), name === 'start' ? '' : 'danger');
}

// askAgain asks about what is not safe. The gateway's own words are English, and the most exact.
function askAgain(name, wire, message) {
  act = name;
  again = true;
  show(t('unsafe.ask'), t('unsafe.costs'), english() ? message : risk(wire, now) || t('risk.other'), t('unsafe.button'), 'danger');
}

function show(title, costs, why, button, mood) {
  $('confirm-title').textContent = title;
  $('confirm-text').textContent = costs;
  $('confirm-risk').textContent = why;
  $('confirm-yes').textContent = button;
  $('confirm-yes').className = mood;
  $('confirm').showModal();
  $('confirm-no').focus();
}

// risk says why the gateway would not start the daemon by itself now.
function risk(wire, snapshot) {
  if (Date.parse(snapshot?.next_start) > wire.now()) return t('risk.early', { at: moment(snapshot.next_start) });
  return snapshot?.halted ? t('risk.halted') : '';
}

async function run(wire) {
  const name = act;
  const before = now;
  const answer = await wire.send(again ? { type: commands[name], again } : { type: commands[name] });
  if (answer.error === 'not_safe' && !again) askAgain(name, wire, answer.message);
  else if (answer.type !== 'ACK') refused(answer);
  else if (answer.risk) say('bad', () => t('done.risk', { risk: english() ? answer.risk : risk(wire, before) || t('risk.other') }));
  else say('good', () => t(`${name}.done`));
}

// showActions offers what makes sense. A start that is to come by itself can be stopped, too. Who came by a ticket
// may do none of it. A start is what the page is for only where nothing stands in its way.
export function showActions(snapshot, linked, scheduled, limited) {
  now = snapshot;
  $('limited').hidden = !now || !limited;
  const runs = now && !dead.includes(now.state);
  $('start').hidden = !now || limited || runs || !startable(now);
  if (now) $('start').textContent = startWords(now);
  $('start').classList.toggle('quiet', Boolean(now?.halted || scheduled));
  $('restart').hidden = !runs;
  $('stop').hidden = !runs && !scheduled;
  $('actions').hidden = !now || limited || $('restart').hidden && $('stop').hidden;
  for (const name of Object.keys(commands)) $(name).disabled = !linked;
}
