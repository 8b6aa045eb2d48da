import { GatewayError, type GatewayClient } from '../gateway-client/dist/index.js';
import type { Vault } from '../identity/vault.js';
import { cleanFileName } from '../protocol/attachment.js';
import { decodePayload, directProtocol, maxTextLength, type TextPayload } from '../protocol/payload.js';
import { Changes, type Schedule } from './changes.js';
import { directId, lastAt, roomId, type Conversation, type ConversationId, type Message } from './conversation.js';
import { Files } from './files.js';
import { History } from './history.js';
import { Network } from './network.js';
import { Outbox } from './outbox.js';
import { People } from './people.js';
import { Rooms } from './rooms.js';
import type { Upload } from './uploads.js';

/** A message's own time counts when it is at most this much older than its arrival. */
const maxAgeMs = 24 * 60 * 60 * 1000;

/** What the chat needs of the page that shows it. */
export interface Page {
  /** Whether the user is looking at it now. */
  hasAttention(): boolean;
  /** A message of somebody else has come. */
  onArrival(conversation: Conversation, message: Message): void;
  /** When changes are shown. Default: when the current task has ended. */
  readonly schedule?: Schedule;
}

/** The chat without its looks: conversations, people, rooms, and the way into the network. */
export class Chat {
  readonly changes: Changes;
  readonly history: History;
  readonly people: People;
  readonly rooms: Rooms;
  readonly outbox: Outbox;
  readonly network: Network;
  readonly files: Files;
  readonly #client: GatewayClient;
  readonly #vault: Vault;
  readonly #page: Page;
  #active: ConversationId | null = null;
  /** The last file that was to be said. */
  #lastFile: Promise<unknown> = Promise.resolve();

  constructor(client: GatewayClient, vault: Vault, page: Page) {
    this.#client = client;
    this.#vault = vault;
    this.#page = page;
    this.changes = new Changes(page.schedule);
    this.history = new History(vault, this.changes);
    this.people = new People(vault, this.changes);
    this.outbox = new Outbox(client, this.history, this.people);
    this.rooms = new Rooms(client, vault, this.changes, this.people, {
      text: (room, peer, payload) => this.#heard(roomId(room), peer, payload),
      peerChange: () => this.network.refreshSoon(),
    });
    this.files = new Files(client, this.changes, () => this.people.self);
    client.on('rootDirectory', (cid) => vault.write('root', cid));
    this.network = new Network(client, this.changes, this.people, () => this.rooms.refresh());
    for (const room of this.rooms.names) this.history.open(roomId(room));
    const peer = vault.read('peer');
    if (typeof peer === 'string') this.people.setSelf(peer);
  }

  /** Declares what the chat needs, and connects. Fails only for good reasons, such as a peer ID in use. */
  async start(): Promise<void> {
    this.#client.start(directProtocol, (peer, data) => this.#heardDirectly(peer, data), { timeoutMs: Infinity }).catch(() => {});
    const contacts = this.people.contacts.map(({ peerID }) => peerID);
    if (contacts.length > 0) this.#client.addPeers(contacts, { timeoutMs: Infinity }).catch(() => {});
    this.rooms.start();
    this.#client.on('status', ({ state }) => {
      if (state === 'connected') this.#adoptIdentity();
    });
    await this.#client.connect();
  }

  /** The conversation that is shown. */
  get active(): Conversation | null {
    return this.#active === null ? null : this.history.get(this.#active);
  }

  /** Rooms first, in the order of joining; then peers, those with the latest news first; contacts without a word last. */
  conversations(): { rooms: Conversation[]; direct: Conversation[] } {
    const contacts = this.people.contacts.map(({ peerID }) => directId(peerID));
    const spokenWith = this.history.all().filter(({ kind }) => kind === 'direct').map(({ id }) => id);
    const direct = [...new Set([...spokenWith, ...contacts])].map((id) => this.history.get(id));
    return {
      rooms: this.rooms.names.map((room) => this.history.get(roomId(room))),
      direct: direct.sort((a, b) => lastAt(b) - lastAt(a)),
    };
  }

  /** Messages that have not been seen, in all conversations. */
  get unread(): number {
    return this.history.all().reduce((sum, { unread }) => sum + unread, 0);
  }

  /** Shows a conversation (`null`: none). */
  show(id: ConversationId | null): void {
    if (this.#active !== null && this.#active !== id) this.history.markSeen(this.#active, false);
    this.#active = id;
    if (id !== null) this.history.open(id);
    this.network.isShown = this.active?.kind === 'direct';
    this.noticed();
    this.changes.mark('conversations', 'messages');
    this.changes.flush();
  }

  /** The user looks at the page (again): what is shown has been seen. */
  noticed(): void {
    if (this.#active !== null && this.#page.hasAttention()) this.history.markSeen(this.#active, true);
  }

  /** Says something in the conversation that is shown; says whether there was anything to say. */
  say(text: string): boolean {
    const trimmed = text.trim();
    if (this.#active === null || this.people.self === '' || trimmed === '' || trimmed.length > maxTextLength) return false;
    this.history.markSeen(this.#active, false);
    this.history.setDraft(this.#active, '');
    this.outbox.say(this.#active, trimmed);
    this.changes.flush();
    return true;
  }

  /** Stores a file and says that it is there, in the conversation that is shown now. Rejects with a sentence for the user; cancelling it is none. */
  async sayFile(file: File, onUpload: (upload: Upload) => void = () => {}): Promise<void> {
    const id = this.#active;
    const name = cleanFileName(file.name);
    if (id === null || name === null) throw new Error('A file needs a name.');
    const stored = this.files.attach(file, name, onUpload);
    // In the order in which they were given, whichever is there first.
    const before = this.#lastFile;
    this.#lastFile = Promise.allSettled([before, stored]);
    await before;
    const attachment = await stored;
    if (attachment !== null) this.outbox.say(id, name, attachment);
    this.changes.flush();
  }

  /** Changes the user's name and tells everybody. */
  rename(name: string): boolean {
    if (!this.people.setOwnName(name)) return false;
    this.rooms.sayHello();
    return true;
  }

  /** Keeps a peer: it is listed, and the connection to it is kept. */
  addContact(peerID: string, name: string): void {
    this.people.addContact(peerID, name);
    this.history.open(directId(peerID));
    this.#client.addPeers([peerID], { timeoutMs: Infinity }).then(() => this.network.refresh(), () => {});
  }

  /** Keeps it no longer. What was said stays. */
  removeContact(peerID: string): void {
    this.people.removeContact(peerID);
    this.#client.removePeers([peerID]).catch(() => {});
  }

  /** Forgets a conversation, and leaves its room. */
  forget(conversation: Conversation): void {
    if (conversation.kind === 'room') this.rooms.leave(conversation.name);
    else this.removeContact(conversation.name);
    if (this.#active === conversation.id) this.#active = null;
    this.history.remove(conversation.id);
  }

  /** Writes everything that is to be kept. */
  save(): void {
    this.history.save();
    const spokenWith = this.history.all().flatMap(({ messages, kind, name }) => [...(kind === 'direct' ? [name] : []), ...messages.map(({ from }) => from)]);
    this.people.saveNames(new Set([...spokenWith, ...this.people.contacts.map(({ peerID }) => peerID)]));
  }

  /** Whether `error` says that somebody else uses this identity. */
  static isDuplicate(error: unknown): boolean {
    return GatewayError.is(error, 'peer-in-use');
  }

  #adoptIdentity(): void {
    const { peerID, peerKey } = this.#client;
    this.people.setSelf(peerID ?? '');
    this.#vault.write('key', peerKey);
    this.#vault.write('peer', peerID);
  }

  #heardDirectly(peerID: string, data: unknown): void {
    const payload = decodePayload(data);
    if (payload === null) return;
    this.people.hear(peerID, payload);
    if (payload.type === 'text') this.#heard(directId(peerID), peerID, payload);
  }

  #heard(id: ConversationId, peerID: string, payload: TextPayload): void {
    const isOwn = peerID === this.people.self;
    const message: Message = { id: payload.id, from: peerID, text: payload.text, ...(payload.file ? { file: payload.file } : {}), at: arrivalTime(payload.sentAt), delivery: isOwn ? 'sent' : 'received' };
    const isSeen = isOwn || (id === this.#active && this.#page.hasAttention());
    if (this.history.add(id, message, !isSeen) && !isOwn) this.#page.onArrival(this.history.get(id), message);
  }
}

/** The author's time, unless its clock is ahead of ours or absurdly behind. */
function arrivalTime(sentAt: number | undefined): number {
  const now = Date.now();
  return sentAt === undefined || sentAt > now || sentAt < now - maxAgeMs ? now : sentAt;
}
