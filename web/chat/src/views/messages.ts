import type { Conversation } from '../model/conversation.js';
import type { Context } from './context.js';
import { h, keyedList, setText, type Row } from './dom.js';
import { count, formatDay } from './format.js';
import { icon } from './icons.js';
import { messageRow } from './message-row.js';
import { timeline, type TimelineRow } from './timeline.js';

/** This close to the end (in pixels) counts as reading along. */
const nearEnd = 48;

/** The messages of the shown conversation. Follows what comes in, unless the user has scrolled up to read. */
export function messages(context: Context): HTMLElement {
  const { chat } = context;
  const list = h('ol', { class: 'timeline' });
  // Screen readers hear of new messages from the announcer; changing the conversation is not one.
  const log = h('div', { class: 'log', role: 'log', 'aria-live': 'off', tabindex: '0' }, list);
  const jump = h('button', { type: 'button', class: 'jump', hidden: true, onclick: () => toEnd() }, icon('down'), h('span', {}));
  const empty = h('div', { class: 'empty' });
  let shown: Conversation | null = null;
  let update: (rows: readonly TimelineRow[]) => void = () => {};
  let follows = true;
  let missed = 0;

  const toEnd = (): void => {
    log.scrollTop = log.scrollHeight;
    follows = true;
    showMissed(0);
  };
  const showMissed = (n: number): void => {
    missed = n;
    jump.hidden = n === 0;
    setText(jump.lastElementChild ?? jump, count(n, 'new message'));
  };

  const render = (): void => {
    const conversation = chat.active;
    if (conversation?.id !== shown?.id) {
      list.replaceChildren();
      update = conversation ? keyedList(list, ({ key }) => key, (row) => timelineRow(context, conversation, row)) : () => {};
      follows = true;
      showMissed(0);
    }
    const before = conversation?.id === shown?.id ? shown : null;
    shown = conversation;
    if (conversation === null) return;
    log.setAttribute('aria-label', `Messages ${conversation.kind === 'room' ? `in #${conversation.name}` : `with ${chat.people.person(conversation.name).name}`}`);
    update(timeline(conversation));
    renderEmpty(context, empty, conversation);
    const last = conversation.messages.at(-1);
    const isNew = before !== null && last !== undefined && last !== before.messages.at(-1) && !before.messages.some(({ id, from }) => id === last.id && from === last.from);
    if (isNew && last.from === chat.people.self) follows = true;
    if (follows) toEnd();
    else if (isNew) showMissed(missed + 1);
  };

  log.addEventListener('scroll', () => {
    follows = log.scrollHeight - log.scrollTop - log.clientHeight < nearEnd;
    if (follows && missed > 0) showMissed(0);
  });
  new ResizeObserver(() => {
    if (follows) log.scrollTop = log.scrollHeight;
  }).observe(log);
  chat.changes.on(['messages', 'conversations', 'people', 'profile', 'status'], render);
  render();
  return h('div', { class: 'messages' }, log, empty, jump);
}

function timelineRow(context: Context, conversation: Conversation, row: TimelineRow): Row<TimelineRow> {
  if (row.kind === 'message') return messageRow(context, conversation.id, row);
  if (row.kind === 'new') return { element: h('li', { class: 'divider new' }, h('span', {}, 'New')), update: () => {} };
  const label = h('span', {});
  return { element: h('li', { class: 'divider' }, label), update: () => setText(label, formatDay(row.at, Date.now())) };
}

function renderEmpty({ chat }: Context, element: HTMLElement, { kind, name, messages: said }: Conversation): void {
  element.hidden = said.length > 0;
  if (element.hidden) return;
  const title = kind === 'room' ? `This is #${name}` : `You and ${chat.people.person(name).name}`;
  const text =
    kind === 'direct'
      ? 'What you write here goes to this peer alone, encrypted on its way. Two ticks mean that it has arrived.'
      : chat.rooms.members(name).length > 0
        ? 'Nothing has been said since you came. Say hello.'
        : 'Nobody else is here yet. Open a second tab, or the same page on another machine of your network.';
  if (element.firstElementChild?.textContent === title && element.lastElementChild?.textContent === text) return;
  element.replaceChildren(h('h2', {}, title), h('p', {}, text));
}
