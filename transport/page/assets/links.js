// Links in the daemon's own words, such as that of a questionnaire. Only what begins with https is one; it is opened in another tab,
// which learns nothing of this page.
const address = /https:\/\/[!-~]+[A-Za-z0-9/=_-]/g;

export function linked(element, text) {
  if (element.textContent === text) return;
  const parts = [];
  let end = 0;
  for (const m of text.matchAll(address)) {
    const a = document.createElement('a');
    [a.href, a.textContent, a.target, a.rel] = [m[0], m[0], '_blank', 'noopener noreferrer'];
    parts.push(text.slice(end, m.index), a);
    end = m.index + m[0].length;
  }
  element.replaceChildren(...parts, text.slice(end));
}
