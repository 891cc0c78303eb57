// What the browser remembers. A browser that is told to remember nothing throws; the page works all the same,
// for as long as it is open.
const here = new Map();

export function remember(store, name, value) {
  here.set(name, value);
  try {
    if (value === null) store.removeItem(name);
    else store.setItem(name, value);
  } catch { /* see above */ }
}

export function recall(store, name) {
  if (here.has(name)) return here.get(name);
  try {
    return store.getItem(name);
  } catch {
    return null;
  }
}
