import { directId, messageKey, type ConversationId, type Message } from '../model/conversation.js';
import type { Context } from './context.js';
import { attachment } from './attachment.js';
import { avatar } from './avatar.js';
import { tick } from './delivery.js';
import { h, setAttributes, setText, type Row } from './dom.js';
import { formatFull, formatTime, sentence } from './format.js';
import { icon } from './icons.js';
import { linkify } from './linkify.js';
import type { TimelineRow } from './timeline.js';

type MessageRow = Extract<TimelineRow, { kind: 'message' }>;

/** A message: who, what, when, and for one's own how far it has come. */
export function messageRow(context: Context, conversation: ConversationId, { message }: MessageRow): Row<TimelineRow> {
  const { chat } = context;
  const author = chat.people.person(message.from);
  const name = h('bdi', {});
  const warning = h('span', { class: 'lookalike' }, icon('alert'), 'not the one you know by this name');
  const heading = h('header', { class: 'author' }, authorLink(context, message, name), h('span', { class: 'short', title: message.from }, author.short), warning);
  const foot = h('footer', { class: 'foot' });
  const problem = h('div', { class: 'problem' });
  // The text of a file's message is for those who do not know of files.
  const said = message.file ? attachment(context, message.from, message.file) : h('p', { class: 'text', dir: 'auto' }, ...linkify(message.text));
  const bubble = h('div', { class: 'bubble' }, said, foot);
  const element = h('li', { class: 'message', 'data-own': author.isSelf }, h('span', { class: 'picture' }, avatar(message.from)), h('article', { class: 'said' }, heading, bubble, problem));

  let shown: Message['delivery'] | null = null;
  const update = (row: TimelineRow): void => {
    if (row.kind !== 'message') return;
    const { delivery } = row.message;
    const person = chat.people.person(message.from);
    setText(name, person.isSelf ? 'You' : person.name);
    warning.hidden = !person.isLookalike;
    setAttributes(element, { 'data-continues': row.continues, 'data-lookalike': person.isLookalike });
    if (delivery === shown) return;
    shown = delivery;
    foot.replaceChildren(h('time', { datetime: new Date(message.at).toISOString(), title: formatFull(message.at) }, formatTime(message.at)), tick(delivery));
    problem.replaceChildren(...(delivery === 'failed' ? failure(context, conversation, row.message) : []));
  };
  return { element, update };
}

function authorLink({ chat, navigate }: Context, { from }: Message, name: HTMLElement): HTMLElement {
  if (from === chat.people.self) return h('span', { class: 'name' }, name);
  return h('button', { type: 'button', class: 'name', title: 'Send a direct message', onclick: () => navigate(directId(from)) }, name);
}

function failure({ chat }: Context, conversation: ConversationId, message: Message): Node[] {
  const retry = h('button', { type: 'button', class: 'link', onclick: () => chat.outbox.retry(conversation, messageKey(message)) }, 'Try again');
  return [h('span', {}, `Not delivered. ${sentence(message.problem ?? 'the reason is unknown')} `), retry];
}
