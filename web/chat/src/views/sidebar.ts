import { lastAt, type Conversation } from '../model/conversation.js';
import type { Context } from './context.js';
import { avatar } from './avatar.js';
import { h, hidden, keyedList, setAttributes, setText, type Row } from './dom.js';
import { count } from './format.js';
import { icon } from './icons.js';
import { describePath, pathMark } from './path.js';
import { statusButton } from './status.js';

/** The list of conversations, between the user and the state of the connection. */
export function sidebar(context: Context): HTMLElement {
  const rooms = h('ul', { class: 'conversations', 'aria-labelledby': 'rooms-title' });
  const direct = h('ul', { class: 'conversations', 'aria-labelledby': 'direct-title' });
  const empty = h('p', { class: 'hint' }, 'Nobody yet. Pick somebody in a room, or add a peer ID.');
  const updateRooms = keyedList(rooms, ({ id }: Conversation) => id, (item) => conversationRow(context, item));
  const updateDirect = keyedList(direct, ({ id }: Conversation) => id, (item) => conversationRow(context, item));

  const render = (): void => {
    const lists = context.chat.conversations();
    updateRooms(lists.rooms);
    updateDirect(lists.direct);
    empty.hidden = lists.direct.length > 0;
  };
  context.chat.changes.on(['conversations', 'people', 'messages', 'profile', 'connections'], render);
  render();

  const lists = h(
    'div',
    { class: 'lists', onkeydown: moveBetweenRows },
    ownFiles(context),
    section('rooms-title', 'Rooms', 'Join a room', () => context.open('join-room'), rooms),
    section('direct-title', 'Direct messages', 'Add a contact', () => context.open('add-contact'), direct, empty),
  );
  return h('nav', { class: 'sidebar', 'aria-label': 'Conversations' }, me(context), lists, h('footer', { class: 'sidebar-footer' }, statusButton(context)));
}

/** The way to the user's own files. */
function ownFiles({ chat, browse }: Context): HTMLElement {
  const note = h('span', { class: 'preview' });
  const button = h(
    'button',
    { type: 'button', class: 'conversation', onclick: () => browse({ peerID: chat.people.self, folder: '' }) },
    h('span', { class: 'hash', 'aria-hidden': 'true' }, icon('folder')),
    h('span', { class: 'lines' }, h('span', { class: 'title' }, 'My files'), note),
  );
  const render = (): void => {
    const open = chat.files.uploads.all.filter(({ state }) => state === 'waiting' || state === 'running').length;
    setText(note, open === 0 ? 'What you share with other peers' : `Uploading ${count(open, 'file')}`);
    setAttributes(button, { 'aria-current': chat.files.place?.peerID === chat.people.self ? 'page' : null });
  };
  chat.changes.on(['files', 'uploads', 'profile'], render);
  render();
  return button;
}

function section(id: string, title: string, action: string, act: () => void, ...content: HTMLElement[]): HTMLElement {
  const button = h('button', { type: 'button', class: 'icon-button', title: action, 'aria-label': action, onclick: act }, icon('plus'));
  return h('section', {}, h('header', { class: 'section-header' }, h('h2', { id }, title), button), ...content);
}

/** The user's own name, and the door to everything about it. */
function me({ chat, open }: Context): HTMLElement {
  const picture = h('span', { class: 'picture' });
  const name = h('bdi', { class: 'name' });
  const short = h('span', { class: 'short' });
  const button = h('button', { type: 'button', class: 'me', title: 'Profile and settings', onclick: () => open('profile') }, picture, h('span', { class: 'who' }, name, short), hidden('Profile and settings'), icon('settings'));
  const search = h(
    'button',
    { type: 'button', class: 'icon-button', title: 'Go to… (Ctrl+K)', 'aria-label': 'Go to a conversation', 'aria-keyshortcuts': 'Control+K', onclick: () => open('switcher') },
    icon('search'),
  );
  let shown: string | null = null;
  const render = (): void => {
    const self = chat.people.person(chat.people.self);
    if (shown !== self.peerID) picture.replaceChildren(avatar(self.peerID));
    shown = self.peerID;
    setText(name, self.name);
    setText(short, self.short);
  };
  chat.changes.on(['profile'], render);
  render();
  return h('header', { class: 'sidebar-header' }, button, search);
}

function conversationRow({ chat, navigate }: Context, { id, kind, name }: Conversation): Row<Conversation> {
  const picture = kind === 'room' ? h('span', { class: 'hash', 'aria-hidden': 'true' }, '#') : h('span', { class: 'picture' }, avatar(name), h('span', { class: 'presence' }));
  const title = h('bdi', { class: 'title' });
  const preview = h('span', { class: 'preview' });
  const badge = h('span', { class: 'badge' });
  const state = hidden('');
  const mark = pathMark('brief');
  const button = h('button', { type: 'button', class: 'conversation', onclick: () => navigate(id) }, picture, h('span', { class: 'lines' }, h('span', { class: 'title-line' }, title, mark.element), state, preview), badge);

  const update = (conversation: Conversation): void => {
    const person = kind === 'direct' ? chat.people.person(name) : null;
    const presence = person === null ? 'room' : person.isOnline ? 'online' : 'offline';
    const path = person === null ? null : chat.network.pathTo(name);
    setText(title, person?.name ?? name);
    mark.update(path);
    setText(state, `, ${presence}${path === null ? '' : `, ${describePath(path)}`}${conversation.unread > 0 ? `, ${conversation.unread} unread` : ''}`);
    setText(preview, previewOf(chat, conversation));
    setText(badge, conversation.unread === 0 ? '' : conversation.unread > 99 ? '99+' : String(conversation.unread));
    setAttributes(button, {
      'aria-current': chat.active?.id === id ? 'page' : null,
      'data-unread': conversation.unread > 0,
      'data-online': person?.isOnline ?? false,
    });
  };
  return { element: h('li', {}, button), update };
}

function previewOf(chat: Context['chat'], conversation: Conversation): string {
  const last = conversation.messages.at(-1);
  if (last === undefined || lastAt(conversation) === 0) {
    return conversation.kind === 'room' ? count(chat.rooms.members(conversation.name).length + 1, 'person', 'people') : chat.people.person(conversation.name).short;
  }
  const { isSelf, name } = chat.people.person(last.from);
  const text = last.text.replace(/\s+/g, ' ').slice(0, 80);
  if (isSelf) return `You: ${text}`;
  return conversation.kind === 'room' ? `${name}: ${text}` : text;
}

/** Up and down move through all conversations; Tab still reaches each of them. */
function moveBetweenRows(event: KeyboardEvent): void {
  if (event.altKey || event.ctrlKey || event.metaKey || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
  const rows = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLButtonElement>('.conversation')];
  const at = rows.indexOf(document.activeElement as HTMLButtonElement);
  const next = rows[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  next.focus();
}
