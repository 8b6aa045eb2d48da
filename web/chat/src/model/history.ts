import type { Vault } from '../identity/vault.js';
import type { Changes } from './changes.js';
import { emptyConversation, keptMessages, lastAt, messageKey, type Conversation, type ConversationId, type Delivery, type Message } from './conversation.js';
import { readConversation } from './history-format.js';

/**
 * How many conversations with single peers are kept. Room is made by the one that has been silent for longest, first among those in which
 * the user never said anything: identities cost strangers nothing, and must not push out what matters.
 */
export const keptConversations = 200;

/** How long changes gather before they are written. */
const saveDelayMs = 300;

/** Every conversation, kept in the vault within bounds. */
export class History {
  readonly #vault: Vault;
  readonly #changes: Changes;
  readonly #conversations = new Map<ConversationId, Conversation>();
  readonly #unsaved = new Set<ConversationId>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(vault: Vault, changes: Changes) {
    this.#vault = vault;
    this.#changes = changes;
    for (const key of vault.keys('history:')) {
      const conversation = readConversation(key.slice('history:'.length), vault.read(key));
      if (conversation) this.#conversations.set(conversation.id, conversation);
    }
  }

  /** Every conversation, in no particular order. */
  all(): Conversation[] {
    return [...this.#conversations.values()];
  }

  /** A conversation; an empty one if nothing has been said in it. */
  get(id: ConversationId): Conversation {
    return this.#conversations.get(id) ?? emptyConversation(id);
  }

  /** Makes sure that a conversation is listed. */
  open(id: ConversationId): Conversation {
    const conversation = this.get(id);
    if (!this.#conversations.has(id)) this.#put(conversation);
    return conversation;
  }

  /** Adds a message at the end, unless it is there already. Says whether it was new. */
  add(id: ConversationId, message: Message, isUnread: boolean): boolean {
    const conversation = this.get(id);
    const key = messageKey(message);
    if (conversation.messages.some((other) => messageKey(other) === key)) return false;
    this.#put({
      ...conversation,
      messages: [...conversation.messages, message].slice(-keptMessages),
      unread: conversation.unread + (isUnread ? 1 : 0),
    });
    this.#makeRoom(id);
    return true;
  }

  /** Notes how far a message has come. */
  setDelivery(id: ConversationId, key: string, delivery: Delivery, problem?: string): void {
    const conversation = this.#conversations.get(id);
    // Forgotten meanwhile: a late receipt must not bring it back.
    if (conversation === undefined) return;
    const messages = conversation.messages.map((message) => {
      if (messageKey(message) !== key) return message;
      const { problem: _, ...rest } = message;
      return { ...rest, delivery, ...(problem === undefined ? {} : { problem }) };
    });
    this.#put({ ...conversation, messages });
  }

  /** Everything in it has been seen. What was new is remembered, for a line above it. */
  markSeen(id: ConversationId, keepLine: boolean): void {
    const conversation = this.get(id);
    const firstNew = conversation.unread > 0 ? conversation.messages.at(-conversation.unread) : undefined;
    const newFrom = firstNew ? messageKey(firstNew) : keepLine ? conversation.newFrom : null;
    if (conversation.unread === 0 && conversation.newFrom === newFrom) return;
    this.#put({ ...conversation, unread: 0, newFrom });
  }

  /** Keeps what has been typed. */
  setDraft(id: ConversationId, draft: string): void {
    const conversation = this.get(id);
    if (conversation.draft !== draft) this.#put({ ...conversation, draft });
  }

  /** Forgets a conversation. */
  remove(id: ConversationId): void {
    if (!this.#conversations.delete(id)) return;
    this.#unsaved.delete(id);
    this.#vault.remove(`history:${id}`);
    this.#changes.mark('conversations', 'messages');
  }

  /** Writes what has not been written yet. */
  save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const id of this.#unsaved) this.#saveOne(id);
    this.#unsaved.clear();
  }

  #put(conversation: Conversation): void {
    this.#conversations.set(conversation.id, conversation);
    this.#unsaved.add(conversation.id);
    this.#timer ??= setTimeout(() => this.save(), saveDelayMs);
    this.#changes.mark('conversations', 'messages');
  }

  #saveOne(id: ConversationId): void {
    const { messages, unread, draft } = this.get(id);
    if (this.#vault.write(`history:${id}`, { messages, unread, draft })) return;
    // No room: half of it is better than nothing of it.
    this.#vault.write(`history:${id}`, { messages: messages.slice(-Math.ceil(messages.length / 2)), unread, draft });
  }

  #makeRoom(except: ConversationId): void {
    const direct = this.all().filter(({ kind, id }) => kind === 'direct' && id !== except);
    if (direct.length < keptConversations) return;
    const [least] = direct.sort((a, b) => Number(hasOwn(a)) - Number(hasOwn(b)) || lastAt(a) - lastAt(b));
    if (least) this.remove(least.id);
  }
}

/** Whether the user has said something in it. */
function hasOwn({ messages }: Conversation): boolean {
  return messages.some(({ delivery }) => delivery !== 'received');
}
