import type { Context } from './context.js';
import { h } from './dom.js';
import { icon, type IconName } from './icons.js';

/** How long the check mark stays. */
const confirmationMs = 1_500;

/** A button that copies a text and says so. */
export function copyButton(context: Context, what: string, text: () => string, look: IconName = 'copy'): HTMLButtonElement {
  const button = h('button', { type: 'button', class: 'icon-button', title: `Copy ${what}`, 'aria-label': `Copy ${what}`, onclick: () => void copy() }, icon(look));
  const copy = async (): Promise<void> => {
    const copied = (await toClipboard(text())) || copyBySelection(button, text());
    context.announce(copied ? `Copied ${what}` : 'The browser does not allow copying here');
    if (!copied) return;
    button.replaceChildren(icon('check'));
    setTimeout(() => button.replaceChildren(icon(look)), confirmationMs);
  };
  return button;
}

/** The older way, for pages that came over plain http: a selection, close to the button so that a dialog does not forbid it. */
function copyBySelection(button: HTMLElement, text: string): boolean {
  const field = h('textarea', { class: 'visually-hidden', 'aria-hidden': 'true', tabindex: -1 });
  field.value = text;
  button.after(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  button.focus();
  return copied;
}

/** The clipboard is there in secure contexts only: https, and the machine itself. */
async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
