import type { Conversation } from '../model/conversation.js';
import { directId } from '../model/conversation.js';
import type { Person } from '../model/people.js';
import type { Context } from './context.js';
import { avatar } from './avatar.js';
import { h, keyedList, setAttributes, setText, type Row } from './dom.js';
import { count } from './format.js';
import { icon } from './icons.js';
import { peerCard } from './peer-card.js';

/** The column beside a conversation. */
export interface Panel {
  readonly element: HTMLElement;
  readonly isOpen: boolean;
  toggle(): void;
  onToggle(listener: () => void): void;
}

/** Above this width the panel stands beside the conversation, below it over it. */
const beside = '(min-width: 1100px)';

/** Who is in the room, or about the peer at the other end. */
export function panel(context: Context): Panel {
  const { chat } = context;
  const listeners: Array<() => void> = [];
  const title = h('h2', {});
  const close = h('button', { type: 'button', class: 'icon-button', title: 'Close', 'aria-label': 'Close', onclick: () => toggle() }, icon('close'));
  const body = h('div', { class: 'panel-body' });
  const element = h('aside', { id: 'panel', class: 'panel', 'aria-label': 'Details', onkeydown: (event: KeyboardEvent) => event.key === 'Escape' && isOpen && toggle() }, h('header', { class: 'panel-header' }, title, close), body);
  const wide = matchMedia(beside);
  let isOpen = wide.matches;
  let openedFrom: Element | null = null;
  let shown: string | null = null;
  let update = (): void => {};

  const toggle = (): void => {
    isOpen = !isOpen;
    if (isOpen) openedFrom = document.activeElement;
    render();
    listeners.forEach((listener) => listener());
    if (wide.matches) return;
    if (isOpen) close.focus();
    else if (openedFrom instanceof HTMLElement) openedFrom.focus();
  };
  // Over the conversation it is in the way of what comes next.
  const closeIfOver = (): void => {
    if (isOpen && !wide.matches) toggle();
  };
  const render = (): void => {
    const { active } = chat;
    element.hidden = !isOpen || active === null;
    if (active === null || !isOpen) return;
    if (active.id !== shown) {
      if (shown !== null) closeIfOver();
      shown = active.id;
      update = active.kind === 'room' ? members(context, body, title, active) : about(context, body, title, active);
    }
    update();
  };
  chat.changes.on(['conversations', 'people', 'profile', 'connections', 'status'], render);
  wide.addEventListener('change', ({ matches }) => {
    if (matches !== isOpen) toggle();
  });
  document.addEventListener('pointerdown', ({ target }) => {
    const isElsewhere = target instanceof Element && target.closest('main, nav') !== null && target.closest('[aria-controls="panel"]') === null;
    if (isElsewhere) closeIfOver();
  });
  render();
  return {
    element,
    get isOpen() {
      return isOpen;
    },
    toggle,
    onToggle: (listener) => void listeners.push(listener),
  };
}

function members(context: Context, body: HTMLElement, title: HTMLElement, { name }: Conversation): () => void {
  const { chat } = context;
  const list = h('ul', { class: 'members', 'aria-label': `People in #${name}` });
  const leave = h('button', { type: 'button', class: 'button quiet', onclick: () => (chat.forget(chat.history.get(`room:${name}`)), context.navigate(null)) }, 'Leave this room');
  body.replaceChildren(list, leave);
  const update = keyedList(list, ({ peerID }: Person) => peerID, (person) => memberRow(context, person));
  return () => {
    const others = chat.rooms.members(name).map((peer) => chat.people.person(peer));
    others.sort((a, b) => a.name.localeCompare(b.name) || a.peerID.localeCompare(b.peerID));
    setText(title, count(others.length + 1, 'person', 'people') + ' here');
    update([chat.people.person(chat.people.self), ...others]);
    leave.hidden = chat.rooms.names.length < 2;
  };
}

function memberRow({ navigate }: Context, { peerID, isSelf, short }: Person): Row<Person> {
  const name = h('bdi', { class: 'title' });
  const note = h('span', { class: 'preview' });
  const content = [h('span', { class: 'picture' }, avatar(peerID), h('span', { class: 'presence' })), h('span', { class: 'lines' }, name, note)];
  const row = isSelf ? h('div', { class: 'member' }, ...content) : h('button', { type: 'button', class: 'member', title: 'Send a direct message', onclick: () => navigate(directId(peerID)) }, ...content);
  const update = (person: Person): void => {
    setText(name, person.isSelf ? `${person.name} (you)` : person.name);
    setText(note, person.isLookalike ? `${short} · not the one you know` : person.isContact ? `${short} · contact` : short);
    setAttributes(row, { 'data-online': person.isOnline, 'data-lookalike': person.isLookalike });
  };
  return { element: h('li', {}, row), update };
}

function about(context: Context, body: HTMLElement, title: HTMLElement, { name }: Conversation): () => void {
  const card = peerCard(context, name);
  body.replaceChildren(card.element);
  return () => {
    setText(title, 'About this peer');
    card.update();
  };
}
