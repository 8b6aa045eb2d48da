import type { Vault } from '../identity/vault.js';
import { cleanName, inventName, nameKey } from '../protocol/names.js';
import { isPeerID, shortPeerID } from '../protocol/peer-id.js';
import type { Changes } from './changes.js';

/** Somebody the user wants to keep. */
export interface Contact {
  readonly peerID: string;
  /** What the user calls them; empty for the name that they give themselves. */
  readonly name: string;
}

/** A peer as it is shown. */
export interface Person {
  readonly peerID: string;
  /** The end of the peer ID: what a name cannot fake. */
  readonly short: string;
  readonly name: string;
  readonly isSelf: boolean;
  readonly isContact: boolean;
  readonly isOnline: boolean;
  /** Whether it calls itself like a contact or the user. */
  readonly isLookalike: boolean;
}

/** How many names of strangers are remembered. */
const keptNames = 2_000;

/** Who is who, and who is here. */
export class People {
  readonly #vault: Vault;
  readonly #changes: Changes;
  /** What peers call themselves, and since when by their own clocks; those heard last come last. */
  readonly #claimed = new Map<string, { readonly name: string; readonly sentAt: number }>();
  readonly #contacts = new Map<string, Contact>();
  readonly #present = new Map<string, ReadonlySet<string>>();
  #self = '';
  #ownName: string;

  constructor(vault: Vault, changes: Changes) {
    this.#vault = vault;
    this.#changes = changes;
    const kept = cleanName(vault.read('name'));
    this.#ownName = kept ?? inventName();
    if (kept === null) vault.write('name', this.#ownName);
    for (const contact of readContacts(vault.read('contacts'))) this.#contacts.set(contact.peerID, contact);
    for (const [peerID, name] of readNames(vault.read('names'))) this.#claimed.set(peerID, { name, sentAt: 0 });
  }

  /** This peer's ID; empty before the first connect. */
  get self(): string {
    return this.#self;
  }

  /** What the user wants to be called. */
  get ownName(): string {
    return this.#ownName;
  }

  /** The user's contacts, by name. */
  get contacts(): Contact[] {
    return [...this.#contacts.values()].sort((a, b) => this.person(a.peerID).name.localeCompare(this.person(b.peerID).name));
  }

  setSelf(peerID: string): void {
    this.#self = peerID;
    this.#changes.mark('profile', 'people');
  }

  /** Says whether `name` is one. */
  setOwnName(name: string): boolean {
    const clean = cleanName(name);
    if (clean === null) return false;
    this.#ownName = clean;
    this.#vault.write('name', clean);
    this.#changes.mark('profile', 'people');
    return true;
  }

  /** A peer has said what it is called. What it said before what is known already is old news: messages overtake each other. */
  hear(peerID: string, { name, sentAt = Date.now() }: { readonly name?: string; readonly sentAt?: number }): void {
    const before = this.#claimed.get(peerID);
    if (name === undefined || peerID === this.#self || (before !== undefined && before.sentAt > sentAt)) return;
    const isNews = before?.name !== name;
    this.#claimed.delete(peerID);
    this.#claimed.set(peerID, { name, sentAt });
    if (this.#claimed.size > keptNames) this.#claimed.delete(this.#claimed.keys().next().value ?? '');
    if (isNews) this.#changes.mark('people');
  }

  addContact(peerID: string, name: string): void {
    this.#contacts.set(peerID, { peerID, name: cleanName(name) ?? '' });
    this.#saveContacts();
  }

  removeContact(peerID: string): void {
    if (this.#contacts.delete(peerID)) this.#saveContacts();
  }

  /** Who is present in `place` (a room, or the connections) now. */
  setPresent(place: string, peerIDs: Iterable<string>): void {
    const present = new Set(peerIDs);
    const before = this.#present.get(place);
    if (before?.size === present.size && [...present].every((peer) => before.has(peer))) return;
    this.#present.set(place, present);
    this.#changes.mark('people');
  }

  isOnline(peerID: string): boolean {
    return peerID === this.#self || [...this.#present.values()].some((peers) => peers.has(peerID));
  }

  /** A peer as it is to be shown. */
  person(peerID: string): Person {
    const contact = this.#contacts.get(peerID);
    const isSelf = peerID === this.#self;
    const short = shortPeerID(peerID);
    const claimed = this.#claimed.get(peerID)?.name;
    return {
      peerID,
      short,
      name: isSelf ? this.#ownName : contact?.name || claimed || `Peer ${short}`,
      isSelf,
      isContact: contact !== undefined,
      isOnline: this.isOnline(peerID),
      isLookalike: !isSelf && contact === undefined && claimed !== undefined && this.#isTaken(claimed),
    };
  }

  /** Writes the names of those the user has talked to, so that they are there after a reload. */
  saveNames(peerIDs: Iterable<string>): void {
    const names = [...peerIDs].map((peerID) => [peerID, this.#claimed.get(peerID)?.name]).filter(([, name]) => name !== undefined);
    this.#vault.write('names', names);
  }

  #isTaken(name: string): boolean {
    const key = nameKey(name);
    if (key === nameKey(this.#ownName)) return true;
    return [...this.#contacts.values()].some(({ peerID, name: own }) => nameKey(own || (this.#claimed.get(peerID)?.name ?? '')) === key);
  }

  #saveContacts(): void {
    this.#vault.write('contacts', [...this.#contacts.values()]);
    this.#changes.mark('people', 'conversations');
  }
}

function readContacts(value: unknown): Contact[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null)
    .map(({ peerID, name }) => ({ peerID: String(peerID), name: cleanName(name) ?? '' }))
    .filter(({ peerID }) => isPeerID(peerID));
}

function readNames(value: unknown): Array<[string, string]> {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item): Array<[string, string]> => {
    const name = Array.isArray(item) ? cleanName(item[1]) : null;
    return Array.isArray(item) && name !== null ? [[String(item[0]), name]] : [];
  });
}
