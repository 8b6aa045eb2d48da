import { GatewayError, type CallOptions, type GatewayClient } from '../gateway-client/dist/index.js';
import type { Attachment } from '../protocol/attachment.js';
import { directProtocol, type TextPayload } from '../protocol/payload.js';
import { isPeerID, shortPeerID } from '../protocol/peer-id.js';
import { topicOf } from '../protocol/rooms.js';
import { messageKey, type ConversationId, type Message } from './conversation.js';
import type { History } from './history.js';
import type { People } from './people.js';

/** How often a message is sent again by itself when the connection broke under it. Its ID keeps it from being shown twice. */
const maxResends = 3;

/** How long a message waits for a connection and its receipt, in milliseconds. */
const patienceMs = 60_000;

/** Sends what the user writes and notes how far it has come. */
export class Outbox {
  readonly #client: GatewayClient;
  readonly #history: History;
  readonly #people: People;
  readonly #session = Math.random().toString(36).slice(2, 10);
  #count = 0;

  constructor(client: GatewayClient, history: History, people: People) {
    this.#client = client;
    this.#history = history;
    this.#people = people;
  }

  /** Says something in a conversation, with a file or without. */
  say(id: ConversationId, text: string, file?: Attachment): void {
    const message: Message = { id: this.#newId(), from: this.#people.self, text, ...(file ? { file } : {}), at: Date.now(), delivery: 'sending' };
    this.#history.add(id, message, false);
    void this.#deliver(id, message);
  }

  /** Tries again what has failed. */
  retry(id: ConversationId, key: string): void {
    const message = this.#history.get(id).messages.find((candidate) => messageKey(candidate) === key);
    if (message?.delivery !== 'failed') return;
    this.#history.setDelivery(id, key, 'sending');
    void this.#deliver(id, message);
  }

  async #deliver(id: ConversationId, message: Message): Promise<void> {
    const key = messageKey(message);
    const payload: TextPayload = { type: 'text', id: message.id, text: message.text, ...(message.file ? { file: message.file } : {}), name: this.#people.ownName, sentAt: message.at };
    try {
      await this.#send(id, payload);
      this.#history.setDelivery(id, key, id.startsWith('room:') ? 'sent' : 'delivered');
    } catch (error) {
      this.#history.setDelivery(id, key, 'failed', explain(error));
    }
  }

  async #send(id: ConversationId, payload: TextPayload): Promise<void> {
    const options: CallOptions = { whileDisconnected: 'queue', timeoutMs: patienceMs };
    const name = id.slice(id.indexOf(':') + 1);
    for (let resends = 0; ; resends++) {
      try {
        if (id.startsWith('room:')) return await this.#client.publish(topicOf(name), payload, options);
        return await this.#client.send(name, directProtocol, payload, options);
      } catch (error) {
        if (!GatewayError.is(error, 'connection-lost') || resends === maxResends) throw error;
      }
    }
  }

  #newId(): string {
    this.#count += 1;
    return `${Date.now().toString(36)}-${this.#session}-${this.#count}`;
  }
}

function explain(error: unknown): string {
  if (!GatewayError.is(error)) return String(error);
  switch (error.code) {
    case 'timeout':
    case 'disconnected':
    case 'connection-lost':
      return 'There was no connection to the gateway for too long.';
    case 'closed':
      return 'The connection to the gateway was closed.';
    case 'too-large':
      return 'It is too large for the network.';
    default:
      return shorten(error.message);
  }
}

/** The first line says it; what was tried, address by address, is in the lines below. Peer IDs shrink to their ends. */
function shorten(message: string): string {
  const [first = message] = message.split('\n');
  return first.replace(/\w{40,}/g, (word) => (isPeerID(word) ? `…${shortPeerID(word)}` : word)).slice(0, 300);
}
