import type { ConversationId } from '../model/conversation.js';
import type { Context } from './context.js';
import type { Panel } from './panel.js';

/** The shortcuts; the dialog named `shortcuts` lists them for people. */
export function keyboard(context: Context, panel: Panel): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) return;
    const action = actionFor(context, panel, event);
    if (action === null) return;
    event.preventDefault();
    action();
  });
}

function actionFor(context: Context, panel: Panel, event: KeyboardEvent): (() => void) | null {
  const { key, altKey, shiftKey, ctrlKey, metaKey } = event;
  if ((ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === 'k') return () => context.open('switcher');
  if (ctrlKey || metaKey) return null;
  if (altKey && key === 'ArrowDown') return () => step(context, 1, shiftKey);
  if (altKey && key === 'ArrowUp') return () => step(context, -1, shiftKey);
  if (altKey && event.code === 'KeyP') return () => panel.toggle();
  if (altKey) return null;
  if (key === 'Escape') return focusComposer;
  if (isTyping(event.target)) return null;
  if (key === '/') return focusComposer;
  if (key === '?') return () => context.open('shortcuts');
  return null;
}

/** Puts the cursor where messages are written. */
export function focusComposer(): void {
  document.getElementById('composer')?.focus();
}

/** Goes to the next conversation in the list, or the next with news. */
function step({ chat, navigate }: Context, by: 1 | -1, onlyUnread: boolean): void {
  const { rooms, direct } = chat.conversations();
  const all = [...rooms, ...direct];
  const at = all.findIndex(({ id }) => id === chat.active?.id);
  for (let i = 1; i <= all.length; i++) {
    const next = all[(at + by * i + all.length * 2) % all.length];
    if (next === undefined || (onlyUnread && next.unread === 0)) continue;
    return navigate(next.id satisfies ConversationId);
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
