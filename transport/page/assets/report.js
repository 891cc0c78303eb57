// What FutuOpenD printed that no rule knows, and the report that tells of it and of everything else that may matter. The report is shown
// and not sent: a person reads it first.
import { t } from './texts.js';
import { $, put, say } from './say.js';

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
  $('report-copy').addEventListener('click', copy);
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

// copy falls back to the old way where a page without TLS has no clipboard.
async function copy() {
  $('report-text').select();
  try {
    await navigator.clipboard.writeText($('report-text').value);
  } catch {
    document.execCommand('copy');
  }
}

// showReport says how many lines nobody knows. Who may only answer gets no report.
export function showReport(now, limited) {
  $('report-card').hidden = !now || limited;
  const count = (now?.unknown ?? []).reduce((sum, u) => sum + u.count, 0);
  $('unknown').hidden = count === 0;
  put('unknown', count ? t('unknown.lines', { count }) : '');
}
