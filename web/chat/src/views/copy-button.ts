import type { Context } from './context.js';
import { h } from './dom.js';
import { icon, type IconName } from './icons.js';

/** How long the check mark stays. */
const confirmationMs = 1_500;

/** A button that copies a text and says so. */
export function copyButton(context: Context, what: string, text: () => string, look: IconName = 'copy'): HTMLButtonElement {
  const button = h('button', { type: 'button', class: 'icon-button', title: `Copy ${what}`, 'aria-label': `Copy ${what}`, onclick: () => void copy() }, icon(look));
  const copy = async (): Promise<void> => {
    const copied = await toClipboard(text());
    context.announce(copied ? `Copied ${what}` : 'The browser does not allow copying here');
    if (!copied) return;
    button.replaceChildren(icon('check'));
    setTimeout(() => button.replaceChildren(icon(look)), confirmationMs);
  };
  return button;
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
