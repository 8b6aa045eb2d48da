import { roomId, type Conversation, type ConversationId, type Message } from '../model/conversation.js';
import type { Place } from '../model/files.js';
import { composer } from './composer.js';
import type { Context } from './context.js';
import { dialogs } from './dialogs.js';
import { files } from './files.js';
import { h } from './dom.js';
import { header } from './header.js';
import { focusComposer, keyboard } from './keyboard.js';
import { messages } from './messages.js';
import { panel } from './panel.js';
import { hashOf, hashOfPlace, parseHash, parsePlace } from './router.js';
import { sidebar } from './sidebar.js';
import { announceStages } from './status.js';
import { title } from './title.js';

/** Below this width the list and a conversation take turns. */
const narrow = matchMedia('(max-width: 720px)');

/** Puts the chat on the page. */
export function mount(root: HTMLElement, context: Omit<Context, 'navigate' | 'browse' | 'open'>): void {
  const { chat } = context;
  const full: Context = {
    ...context,
    navigate: (id) => {
      if (location.hash === hashOf(id)) route();
      else location.hash = hashOf(id);
    },
    browse: (place) => {
      location.hash = hashOfPlace(place);
    },
    open: (name) => all[name].open(),
  };
  const route = (): void => {
    const place = parsePlace(location.hash, chat.people.self);
    talk.hidden = place !== null;
    chat.files.show(place);
    show(full, root, place === null ? parseHash(location.hash) : place);
  };
  const all = dialogs(full);
  const details = panel(full);
  const talk = h('main', { class: 'main', 'aria-labelledby': 'conversation-title' }, header(full, details), messages(full), composer(full));
  route();
  root.replaceChildren(
    h('button', { type: 'button', class: 'skip', onclick: focusComposer }, 'Skip to writing a message'),
    sidebar(full),
    talk,
    files(full),
    details.element,
    ...Object.values(all).map(({ element }) => element),
  );
  title(chat);
  keyboard(full, details);
  announceStages(full);
  addEventListener('hashchange', route);
  // Before the first connection nobody knows whose files are the user's own.
  chat.changes.on(['profile'], () => {
    if (chat.files.place?.peerID === '' && chat.people.self !== '') route();
  });
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

function show({ chat }: Context, root: HTMLElement, wanted: ConversationId | Place | null): void {
  if (typeof wanted === 'object' && wanted !== null) {
    root.dataset.pane = 'files';
    chat.show(null);
    return;
  }
  const [room] = chat.rooms.names;
  // A wide page always shows a conversation; on a phone there is the list.
  const id = wanted ?? (narrow.matches || room === undefined ? null : roomId(room));
  if (id?.startsWith('room:')) chat.rooms.join(id.slice('room:'.length));
  root.dataset.pane = id === null ? 'list' : 'conversation';
  chat.show(id);
  if (id !== null && !narrow.matches) focusComposer();
}
