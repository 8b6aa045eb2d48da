import { messageKey, type Conversation, type Message } from '../model/conversation.js';
import { dayNumber } from './format.js';

/** Messages of one author closer together than this (in milliseconds) stand as one block. */
const blockMs = 5 * 60 * 1000;

/** One line of the conversation as it is shown. */
export type TimelineRow =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'new'; readonly key: string }
  | { readonly kind: 'message'; readonly key: string; readonly message: Message; /** Whether it goes on the block above. */ readonly continues: boolean };

/** Messages with the days between them, a line above the first new one, and blocks of one author. */
export function timeline({ messages, newFrom }: Pick<Conversation, 'messages' | 'newFrom'>): TimelineRow[] {
  const rows: TimelineRow[] = [];
  let before: Message | undefined;
  for (const message of messages) {
    const key = messageKey(message);
    const day = dayNumber(message.at);
    const isNewDay = before === undefined || dayNumber(before.at) !== day;
    const isNew = key === newFrom;
    if (isNewDay) rows.push({ kind: 'day', key: `day ${day} ${key}`, at: message.at });
    if (isNew) rows.push({ kind: 'new', key: 'new' });
    const continues = !isNewDay && !isNew && before?.from === message.from && message.at - before.at < blockMs;
    rows.push({ kind: 'message', key, message, continues });
    before = message;
  }
  return rows;
}
