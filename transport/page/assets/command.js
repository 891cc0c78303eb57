// A command that a person runs elsewhere, with a button that copies it.
import { t } from './texts.js';
import { put } from './say.js';

const shown = 2000; // milliseconds for which the button says that it is done

// command shows a command in an element that is for it alone; an empty one hides it.
export function command(box, text) {
  box.hidden = !text;
  if (box.querySelector('code')?.textContent === text && box.lang === document.documentElement.lang) return;
  const code = document.createElement('code');
  code.textContent = text;
  const button = document.createElement('button');
  [button.type, button.className, button.textContent] = ['button', 'text', t('copy.button')];
  button.addEventListener('click', async () => {
    await copy(code);
    button.textContent = t('copy.done');
    put('aside', t('copy.done'));
    setTimeout(() => { button.textContent = t('copy.button'); put('aside', ''); }, shown);
  });
  box.lang = document.documentElement.lang;
  box.replaceChildren(code, button);
}

// copy falls back to the old way where a page without TLS has no clipboard.
export async function copy(element) {
  const field = 'value' in element;
  if (field) element.select();
  else getSelection().selectAllChildren(element);
  try {
    await navigator.clipboard.writeText(field ? element.value : element.textContent);
  } catch {
    document.execCommand('copy');
  }
}
