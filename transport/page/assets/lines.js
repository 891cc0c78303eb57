// What the daemon printed last. It is asked for while its part of the page is open.
import { $ } from './say.js';
import { visible } from './texts.js';

const every = 2000; // milliseconds between two questions
let asked = 0;
let timer = null;

export function setUpLines(wire) {
  $('manage').addEventListener('toggle', () => askLines(wire));
}

// askLines is called when there may be new lines.
export function askLines(wire) {
  if (!$('manage').open || timer) return;
  timer = setTimeout(async () => {
    timer = null;
    asked = Date.now();
    const answer = await wire.send({ type: 'LINES' });
    if (answer.type === 'LINES') show(answer.lines);
  }, Math.max(0, asked + every - Date.now()));
}

// show keeps the end in sight of who looks at the end.
function show(lines) {
  const box = $('lines');
  const text = visible(lines.join('\n'));
  $('lines-empty').hidden = lines.length > 0;
  box.hidden = lines.length === 0;
  if (box.textContent === text) return;
  const atEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - 4;
  box.textContent = text;
  if (atEnd) box.scrollTop = box.scrollHeight;
}
