import { GatewayClient } from '@causeway/gateway-client';
import { Vault } from '../../chat/build/identity/vault.js';
import { Chat } from '../../chat/build/model/chat.js';
import type { Change } from '../../chat/build/model/changes.js';
import type { Conversation, ConversationId, Message } from '../../chat/build/model/conversation.js';
import type { FakeGateway } from '../support/fake-gateway.js';
import { MemorySocket } from '../support/memory-socket.js';
import { TestStorage } from '../support/memory-storage.js';

const everything: readonly Change[] = ['status', 'profile', 'conversations', 'messages', 'people', 'connections', 'files', 'uploads'];

/** A chat without a page: one user at one gateway. */
export class User {
  readonly storage: TestStorage;
  readonly chat: Chat;
  readonly client: GatewayClient;
  /** Messages of others, as they arrived. */
  readonly arrivals: Array<{ conversation: Conversation; message: Message }> = [];
  /** Whether the user is looking at the page. */
  isLooking = true;
  #gateway: FakeGateway | null;
  #socket: MemorySocket | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(gateway: FakeGateway | null, name: string, storage = new TestStorage(), peerInUseGraceMs = 3_000) {
    this.#gateway = gateway;
    this.storage = storage;
    const vault = new Vault(storage);
    if (vault.read('name') === null) vault.write('name', name);
    const key = vault.read('key');
    const root = vault.read('root');
    this.client = new GatewayClient({
      url: 'ws://gateway/ws',
      peerKey: typeof key === 'string' ? key : undefined,
      rootDirectory: typeof root === 'string' ? root : undefined,
      fetch: (url, init) => this.#gateway?.http.fetch(url, init) ?? Promise.reject(new TypeError('fetch failed')),
      keepTrying: true,
      peerInUseGraceMs,
      reconnect: { initialDelayMs: 1, maxDelayMs: 1 },
      webSocket: () => (this.#socket = new MemorySocket(this.#gateway)),
    });
    this.chat = new Chat(this.client, vault, {
      hasAttention: () => this.isLooking,
      onArrival: (conversation, message) => void this.arrivals.push({ conversation, message }),
    });
    this.chat.changes.on(everything, () => this.#waiting.forEach((check) => check()));
  }

  /** A user who has joined the lobby. */
  static async arrive(gateway: FakeGateway, name: string, storage?: TestStorage): Promise<User> {
    const user = new User(gateway, name, storage);
    user.chat.show('room:lobby');
    void user.chat.start().catch(() => {});
    await user.until(() => user.chat.network.stage.at === 'connected');
    return user;
  }

  get id(): string {
    return this.chat.people.self;
  }

  /** Waits until something is so; looks again after each change. */
  until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      const check = (): void => {
        if (!condition()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }

  /** What has been said in a conversation. */
  texts(id: ConversationId): string[] {
    return this.chat.history.get(id).messages.map(({ text }) => text);
  }

  /** How far one's own messages have come. */
  deliveries(id: ConversationId): string[] {
    return this.chat.history.get(id).messages.map(({ delivery }) => delivery);
  }

  /** The gateway goes away; `null` stays away. */
  lose(next: FakeGateway | null): void {
    this.#gateway = next;
    this.#socket?.drop();
  }

  /** The gateway is there again. */
  find(gateway: FakeGateway): void {
    this.#gateway = gateway;
  }

  /** Closes the page. */
  leave(): void {
    this.chat.save();
    this.client.close();
  }
}
