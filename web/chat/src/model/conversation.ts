import type { Attachment } from '../protocol/attachment.js';

/** `room:<name>` or `direct:<peer ID>`. */
export type ConversationId = `room:${string}` | `direct:${string}`;

/** How far one's own message has come; `received` for those of others. */
export type Delivery = 'received' | 'sending' | 'sent' | 'delivered' | 'failed';

export interface Message {
  /** The author's own ID of it; unique together with `from`. */
  readonly id: string;
  /** The author's peer ID. */
  readonly from: string;
  readonly text: string;
  /** A file that goes with it. */
  readonly file?: Attachment;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly delivery: Delivery;
  /** Why it failed. */
  readonly problem?: string;
}

export interface Conversation {
  readonly id: ConversationId;
  readonly kind: 'room' | 'direct';
  /** The room's name or the peer's ID. */
  readonly name: string;
  readonly messages: readonly Message[];
  /** Messages of others that have not been seen. */
  readonly unread: number;
  /** The key of the first message that was new when the conversation was last opened. */
  readonly newFrom: string | null;
  /** What has been typed but not sent. */
  readonly draft: string;
}

/** How many messages of a conversation are kept. */
export const keptMessages = 300;

/** Identifies a message within its conversation. */
export function messageKey(message: Pick<Message, 'from' | 'id'>): string {
  return `${message.from}/${message.id}`;
}

/** The conversation of a room. */
export function roomId(room: string): ConversationId {
  return `room:${room}`;
}

/** The conversation with a peer. */
export function directId(peerID: string): ConversationId {
  return `direct:${peerID}`;
}

/** A conversation in which nothing has been said. */
export function emptyConversation(id: ConversationId): Conversation {
  const colon = id.indexOf(':');
  return {
    id,
    kind: id.startsWith('room:') ? 'room' : 'direct',
    name: id.slice(colon + 1),
    messages: [],
    unread: 0,
    newFrom: null,
    draft: '',
  };
}

/** When something was last said. */
export function lastAt(conversation: Conversation): number {
  return conversation.messages.at(-1)?.at ?? 0;
}
