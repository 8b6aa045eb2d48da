/**
 * What peers say to each other, in rooms and directly: docs/reference/chat-protocol.md.
 * Everything here comes from strangers: decoders are strict, and unknown kinds are ignored.
 */
import { decodeAttachment, type Attachment } from './attachment.js';
import { cleanName } from './names.js';

/** Something said. `id` is the sender's own; the same (peer, id) is the same message. */
export interface TextPayload {
  readonly type: 'text';
  readonly id: string;
  readonly text: string;
  /** A file that goes with it; `text` is what those see who do not know of files. */
  readonly file?: Attachment;
  readonly name?: string;
  /** Milliseconds since 1970 by the sender's clock. */
  readonly sentAt?: number;
}

/** A peer tells its name. */
export interface HelloPayload {
  readonly type: 'hello';
  readonly name: string;
  /** As in {@link TextPayload}: gossip can bring an old name after a new one. */
  readonly sentAt?: number;
}

export type Payload = TextPayload | HelloPayload;

/** The protocol ID of direct messages. */
export const directProtocol = '/causeway-chat/1.0.0';

/** The longest text, in UTF-16 code units. */
export const maxTextLength = 4_000;

/** The longest message ID. */
export const maxIdLength = 64;

/** Reads a payload; `null` for what is none, or of a kind from the future. */
export function decodePayload(data: unknown): Payload | null {
  if (typeof data !== 'object' || data === null) return null;
  const { type, id, text, file, name, sentAt } = data as Record<string, unknown>;
  const clean = cleanName(name);
  const time = typeof sentAt === 'number' && Number.isFinite(sentAt) ? { sentAt } : {};
  if (type === 'hello') return clean === null ? null : { type, name: clean, ...time };
  if (type !== 'text' || !isId(id) || !isText(text)) return null;
  const attachment = decodeAttachment(file);
  return { type, id, text, ...(attachment === null ? {} : { file: attachment }), ...(clean === null ? {} : { name: clean }), ...time };
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= maxIdLength;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxTextLength && value.trim() !== '';
}
