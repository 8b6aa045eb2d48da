import { directId, roomId, type ConversationId } from '../model/conversation.js';
import { cleanRoom } from '../protocol/rooms.js';
import type { Context } from './context.js';
import { dialog, type Dialog } from './dialog.js';
import { h, setAttributes } from './dom.js';

interface Choice {
  readonly id: ConversationId;
  readonly label: string;
  readonly note: string;
}

/** How many choices are shown. */
const shownChoices = 12;

/** Goes to a conversation by a few letters of its name. */
export function switcher(context: Context): Dialog {
  const list = h('ul', { class: 'choices', role: 'listbox', id: 'choices', 'aria-label': 'Conversations' });
  const input = h('input', {
    type: 'text',
    autofocus: true,
    role: 'combobox',
    'aria-expanded': 'true',
    'aria-controls': 'choices',
    'aria-autocomplete': 'list',
    'aria-label': 'Name of a room or a person',
    placeholder: 'Name of a room or a person',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  let choices: Choice[] = [];
  let at = 0;

  const render = (): void => {
    choices = matching(context, input.value);
    at = Math.max(0, Math.min(at, choices.length - 1));
    list.replaceChildren(...choices.map(({ label, note }, i) => option(label, note, i)));
    mark();
  };
  const option = (label: string, note: string, i: number): HTMLElement =>
    h('li', { role: 'option', id: `choice-${i}`, onclick: () => go(i) }, h('bdi', { class: 'title' }, label), h('span', { class: 'preview' }, note));
  const mark = (): void => {
    [...list.children].forEach((row, i) => setAttributes(row, { 'aria-selected': String(i === at) }));
    setAttributes(input, { 'aria-activedescendant': choices.length > 0 ? `choice-${at}` : null });
    list.children[at]?.scrollIntoView({ block: 'nearest' });
  };
  const go = (i: number): void => {
    const choice = choices[i];
    if (choice === undefined) return;
    element.close();
    if (choice.id.startsWith('room:')) context.chat.rooms.join(choice.id.slice('room:'.length));
    context.navigate(choice.id);
  };
  input.addEventListener('input', () => {
    at = 0;
    render();
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') go(at);
    else if (event.key === 'ArrowDown') at = Math.min(at + 1, choices.length - 1);
    else if (event.key === 'ArrowUp') at = Math.max(at - 1, 0);
    else return;
    event.preventDefault();
    mark();
  });
  const element: Dialog = dialog('Go to…', [input, list], () => {
    input.value = '';
    at = 0;
    render();
  });
  return element;
}

/** What fits the letters: conversations, those who are here, and a room of that name. */
function matching({ chat }: Context, typed: string): Choice[] {
  const wanted = typed.trim().replace(/^#/, '').toLowerCase();
  const { rooms, direct } = chat.conversations();
  const peers = new Set([...direct.map(({ name }) => name), ...chat.rooms.names.flatMap((room) => chat.rooms.members(room))]);
  const choices: Choice[] = [
    ...rooms.map(({ id, name, unread }) => ({ id, label: `#${name}`, note: unread > 0 ? `${unread} new` : 'room' })),
    ...[...peers].map((peerID) => {
      const { name, short, isOnline } = chat.people.person(peerID);
      return { id: directId(peerID), label: name, note: `${short} · ${isOnline ? 'online' : 'offline'}` };
    }),
  ];
  const fitting = choices.filter(({ label, id }) => label.toLowerCase().includes(wanted) || id.toLowerCase().includes(wanted)).slice(0, shownChoices);
  const room = cleanRoom(typed);
  if (room !== null && !chat.rooms.has(room)) fitting.push({ id: roomId(room), label: `#${room}`, note: 'join this room' });
  return fitting;
}
