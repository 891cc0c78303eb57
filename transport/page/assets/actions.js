// The buttons that start and stop the daemon. Each asks once, because each costs something.
import { t, moment, english } from './texts.js';
import { $, say, refused } from './say.js';

const commands = { start: 'INIT', restart: 'RESTART', stop: 'STOP' };
const dead = ['idle', 'closed', 'halted'];
let now = null;
let act = null; // what is being asked about

export function setUpActions(wire) {
  for (const name of Object.keys(commands)) $(name).addEventListener('click', () => ask(name, wire));
  $('confirm-no').addEventListener('click', () => $('confirm').close());
  $('confirm-yes').addEventListener('click', () => { $('confirm').close(); run(wire); });
}

function ask(name, wire) {
  act = name;
  $('confirm-title').textContent = t(`${name}.ask`);
  $('confirm-text').textContent = t(`${name}.costs`);
  $('confirm-risk').textContent = name === 'stop' ? '' : risk(wire, now);
  $('confirm-yes').textContent = t(`${name}.button`);
  $('confirm-yes').className = name === 'start' && !$('confirm-risk').textContent ? '' : 'danger';
  $('confirm').showModal();
  $('confirm-no').focus();
}

// risk says why the gateway would not start the daemon by itself now. What it really risks comes with the answer.
function risk(wire, snapshot) {
  if (Date.parse(snapshot?.next_start) > wire.now()) return t('risk.early', { at: moment(snapshot.next_start) });
  return snapshot?.halted ? t('risk.halted') : '';
}

async function run(wire) {
  const name = act;
  const before = now;
  const answer = await wire.send({ type: commands[name] });
  if (answer.type !== 'ACK') refused(answer);
  else if (answer.risk) say('bad', () => t('done.risk', { risk: english() ? answer.risk : risk(wire, before) || t('risk.other') }));
  else say('good', () => t(`${name}.done`));
}

// showActions offers what makes sense. A start that is to come by itself can be stopped, too. Who came by a ticket
// may do none of it.
export function showActions(snapshot, linked, scheduled, limited) {
  now = snapshot;
  $('actions').hidden = !now || limited;
  $('limited').hidden = !now || !limited;
  const runs = now && !dead.includes(now.state);
  $('start').hidden = runs;
  $('restart').hidden = !runs;
  $('stop').hidden = !runs && !scheduled;
  for (const name of Object.keys(commands)) $(name).disabled = !linked;
}
