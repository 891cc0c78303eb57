// The ticket in a message's link: it lets in once, without the token.
const mark = '#ticket=';

// takeTicket returns the ticket in the page's address, null for none. It is taken out of the address and of the
// browser's history before anything else happens.
export function takeTicket() {
  const hash = location.hash;
  if (!hash.startsWith(mark)) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return hash.slice(mark.length);
}
