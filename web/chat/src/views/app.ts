import { roomId, type Conversation, type ConversationId, type Message } from '../model/conversation.js';
import { composer } from './composer.js';
import type { Context } from './context.js';
import { dialogs } from './dialogs.js';
import { h } from './dom.js';
import { header } from './header.js';
import { focusComposer, keyboard } from './keyboard.js';
import { messages } from './messages.js';
import { panel } from './panel.js';
import { hashOf, parseHash } from './router.js';
import { sidebar } from './sidebar.js';
import { announceStages } from './status.js';
import { title } from './title.js';

/** Below this width the list and a conversation take turns. */
const narrow = matchMedia('(max-width: 720px)');

/** Puts the chat on the page. */
export function mount(root: HTMLElement, context: Omit<Context, 'navigate' | 'open'>): void {
  const { chat } = context;
  const full: Context = {
    ...context,
    navigate: (id) => {
      if (location.hash === hashOf(id)) route();
      else location.hash = hashOf(id);
    },
    open: (name) => all[name].open(),
  };
  const route = (): void => show(full, root, parseHash(location.hash));
  const all = dialogs(full);
  const details = panel(full);
  route();
  root.replaceChildren(
    h('button', { type: 'button', class: 'skip', onclick: focusComposer }, 'Skip to writing a message'),
    sidebar(full),
    h('main', { class: 'main', 'aria-labelledby': 'conversation-title' }, header(full, details), messages(full), composer(full)),
    details.element,
    ...Object.values(all).map(({ element }) => element),
  );
  title(chat);
  keyboard(full, details);
  announceStages(full);
  addEventListener('hashchange', route);
  narrow.addEventListener('change', route);
  addEventListener('focus', () => chat.noticed());
  document.addEventListener('visibilitychange', () => chat.noticed());
  if (!narrow.matches) focusComposer();
}

/** Tells screen readers about a message. */
export function describeArrival({ chat, announce }: Pick<Context, 'chat' | 'announce'>, conversation: Conversation, message: Message): void {
  const { name } = chat.people.person(message.from);
  const where = conversation.id === chat.active?.id ? '' : conversation.kind === 'room' ? ` in ${conversation.name}` : ' directly';
  announce(`${name}${where}: ${message.text.slice(0, 300)}`);
}

function show({ chat }: Context, root: HTMLElement, wanted: ConversationId | null): void {
  const [room] = chat.rooms.names;
  // A wide page always shows a conversation; on a phone there is the list.
  const id = wanted ?? (narrow.matches || room === undefined ? null : roomId(room));
  if (id?.startsWith('room:')) chat.rooms.join(id.slice('room:'.length));
  root.dataset.pane = id === null ? 'list' : 'conversation';
  chat.show(id);
  if (id !== null && !narrow.matches) focusComposer();
}
