// What FutuOpenD printed that no rule knows, and the report that tells of it and of everything else that may matter. The report is shown
// and not sent: a person reads it first.
import { t, visible } from './texts.js';
import { $, put, say } from './say.js';
import { copy } from './command.js';

const most = 5; // of the lines; the report has all

export function setUpReport(wire) {
  // The link cannot send a token, so the text is fetched.
  $('report').addEventListener('click', async (e) => {
    e.preventDefault();
    const text = await fetchReport(wire);
    if (text === null) {
      say('bad', () => t('report.failed'));
      return;
    }
    $('report-text').value = text;
    $('report-box').showModal();
    $('report-text').focus();
    $('report-text').select();
  });
  $('report-copy').addEventListener('click', () => copy($('report-text')));
  $('report-close').addEventListener('click', () => $('report-box').close());
}

async function fetchReport(wire) {
  $('report').setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch('report', { headers: wire.headers(), cache: 'no-store' });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  } finally {
    $('report').removeAttribute('aria-busy');
  }
}

// showReport shows the lines that nobody knows. Who may only answer gets no report.
export function showReport(now, limited) {
  $('report-row').hidden = !now || limited;
  const lines = now?.unknown ?? [];
  $('unknown-card').hidden = lines.length === 0;
  put('unknown', lines.length ? t('unknown.lines', { count: lines.reduce((sum, u) => sum + u.count, 0) }) : '');
  const texts = lines.slice(0, most).map((u) => visible(u.line));
  if (texts.join('\n') === [...$('unknown-lines').children].map((e) => e.textContent).join('\n')) return;
  $('unknown-lines').replaceChildren(...texts.map((text) => Object.assign(document.createElement('li'), { textContent: text })));
}
