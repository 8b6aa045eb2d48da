import type { GatewayClient } from '../gateway-client/dist/index.js';
import type { Vault } from '../identity/vault.js';
import { decodePayload, type Payload, type TextPayload } from '../protocol/payload.js';
import { cleanRoom, defaultRoom, topicOf } from '../protocol/rooms.js';
import type { Changes } from './changes.js';
import type { People } from './people.js';

/** The pause before one's name is said again to newcomers: up to this… */
const helloBaseMs = 200;
/** … and this for each peer in the room, so that a crowd does not answer in chorus, … */
const helloPerPeerMs = 100;
/** … but no more than this. */
const helloMaxMs = 30_000;

/** What rooms tell their owner. */
export interface RoomEvents {
  /** Somebody (perhaps this peer) said something. */
  text(room: string, peerID: string, payload: TextPayload): void;
  /** Somebody came or went. */
  peerChange(): void;
}

/** The rooms that the user is in, and who else is. */
export class Rooms {
  readonly #client: GatewayClient;
  readonly #vault: Vault;
  readonly #changes: Changes;
  readonly #people: People;
  readonly #events: RoomEvents;
  readonly #members = new Map<string, Set<string>>();
  readonly #hellos = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(client: GatewayClient, vault: Vault, changes: Changes, people: People, events: RoomEvents) {
    this.#client = client;
    this.#vault = vault;
    this.#changes = changes;
    this.#people = people;
    this.#events = events;
    for (const room of readRooms(vault.read('rooms'))) this.#members.set(room, new Set());
    client.on('status', ({ state }) => {
      if (state !== 'connected') this.#everybodyGone();
    });
    client.on('resumed', () => {
      for (const room of this.names) this.#arrived(room);
    });
  }

  /** The rooms, in the order in which they were joined. */
  get names(): string[] {
    return [...this.#members.keys()];
  }

  /** Whether the user is in a room. */
  has(room: string): boolean {
    return this.#members.has(room);
  }

  /** The peer IDs of the others in a room. */
  members(room: string): string[] {
    return [...(this.#members.get(room) ?? [])];
  }

  /** Declares every kept room, before the first connect. */
  start(): void {
    for (const room of this.names) this.#subscribe(room);
  }

  /** Joins a room. */
  join(room: string): void {
    if (this.#members.has(room)) return;
    this.#members.set(room, new Set());
    this.#save();
    this.#subscribe(room, () => this.#arrived(room));
  }

  /** Leaves it. */
  leave(room: string): void {
    if (!this.#members.delete(room)) return;
    clearTimeout(this.#hellos.get(room));
    this.#hellos.delete(room);
    this.#people.setPresent(topicOf(room), []);
    this.#save();
    void this.#client.unsubscribe(topicOf(room)).catch(() => {});
  }

  /** Tells every room the user's name, after it has changed. */
  sayHello(): void {
    for (const room of this.names) this.#hello(room);
  }

  /** Asks the gateway who is in the rooms, should a coming or going have been missed. */
  async refresh(): Promise<void> {
    await Promise.all(this.names.map((room) => this.#listMembers(room)));
  }

  #subscribe(room: string, then: () => void = () => {}): void {
    const onData = (peerID: string, data: unknown): void => this.#received(room, peerID, decodePayload(data));
    const onPeerChange = (peerID: string, joined: boolean): void => this.#changed(room, peerID, joined);
    this.#client.subscribe(topicOf(room), onData, onPeerChange, { timeoutMs: Infinity }).then(then, () => {});
  }

  #received(room: string, peerID: string, payload: Payload | null): void {
    if (payload === null || !this.#members.has(room)) return;
    this.#people.hear(peerID, payload);
    if (payload.type === 'text') this.#events.text(room, peerID, payload);
  }

  #changed(room: string, peerID: string, joined: boolean): void {
    const members = this.#members.get(room);
    if (members === undefined || peerID === this.#people.self) return;
    if (joined) members.add(peerID);
    else members.delete(peerID);
    this.#show(room);
    this.#events.peerChange();
    if (joined) this.#helloSoon(room, members.size);
  }

  #arrived(room: string): void {
    this.#hello(room);
    void this.#listMembers(room);
  }

  async #listMembers(room: string): Promise<void> {
    try {
      const peers = await this.#client.listPeers(topicOf(room));
      if (!this.#members.has(room)) return;
      this.#members.set(room, new Set(peers.filter((peer) => peer !== this.#people.self)));
      this.#show(room);
    } catch {
      // The connection went away meanwhile; the next one asks again.
    }
  }

  #everybodyGone(): void {
    for (const [room, members] of this.#members) {
      members.clear();
      this.#show(room);
    }
  }

  #show(room: string): void {
    this.#people.setPresent(topicOf(room), this.#members.get(room) ?? []);
  }

  #helloSoon(room: string, peers: number): void {
    if (this.#hellos.has(room)) return;
    const pause = Math.random() * Math.min(helloMaxMs, helloBaseMs + helloPerPeerMs * peers);
    this.#hellos.set(room, setTimeout(() => this.#hello(room), pause));
  }

  #hello(room: string): void {
    clearTimeout(this.#hellos.get(room));
    this.#hellos.delete(room);
    const hello: Payload = { type: 'hello', name: this.#people.ownName, sentAt: Date.now() };
    // A hello that is lost is said again when the next peer joins.
    void this.#client.publish(topicOf(room), hello).catch(() => {});
  }

  #save(): void {
    this.#vault.write('rooms', this.names);
    this.#changes.mark('conversations');
  }
}

function readRooms(value: unknown): string[] {
  if (!Array.isArray(value)) return [defaultRoom];
  return value.filter((room): room is string => typeof room === 'string' && cleanRoom(room) === room);
}
