import { decodeAttachment } from '../protocol/attachment.js';
import { emptyConversation, keptMessages, type Conversation, type ConversationId, type Message } from './conversation.js';

/** Reads a kept conversation; `null` for what is damaged. A message that was on its way when the page closed has failed. */
export function readConversation(id: string, value: unknown): Conversation | null {
  if (!/^(room|direct):./.test(id) || typeof value !== 'object' || value === null) return null;
  const { messages, unread, draft } = value as Record<string, unknown>;
  if (!Array.isArray(messages)) return null;
  const kept = messages.map(readMessage).filter((message) => message !== null).slice(-keptMessages);
  return {
    ...emptyConversation(id as ConversationId),
    messages: kept,
    unread: typeof unread === 'number' ? Math.max(0, Math.min(unread, kept.length)) : 0,
    draft: typeof draft === 'string' ? draft : '',
  };
}

function readMessage(value: unknown): Message | null {
  if (typeof value !== 'object' || value === null) return null;
  const { id, from, text, file, at, delivery, problem } = value as Record<string, unknown>;
  if (typeof id !== 'string' || typeof from !== 'string' || typeof text !== 'string' || typeof at !== 'number') return null;
  const attachment = decodeAttachment(file);
  const said = { id, from, text, ...(attachment === null ? {} : { file: attachment }), at };
  if (delivery === 'sending') return { ...said, delivery: 'failed', problem: 'The page was closed before it was delivered.' };
  if (delivery !== 'received' && delivery !== 'sent' && delivery !== 'delivered' && delivery !== 'failed') return null;
  return { ...said, delivery, ...(typeof problem === 'string' ? { problem } : {}) };
}
