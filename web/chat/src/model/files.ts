import type { FileEntry, GatewayClient } from '../gateway-client/dist/index.js';
import type { Attachment } from '../protocol/attachment.js';
import type { Changes } from './changes.js';
import { explain } from './file-problem.js';
import { freePath } from './file-tree.js';
import { Uploads, type Upload } from './uploads.js';

/** A folder of somebody's tree. */
export interface Place {
  readonly peerID: string;
  /** Names joined by `/`; empty for the top. */
  readonly folder: string;
}

/** What is known of a peer's files. */
export interface Tree {
  readonly entries: readonly FileEntry[];
  /** Whether `entries` have been had at all. */
  readonly isKnown: boolean;
  readonly isLoading: boolean;
  /** Why they could not be had the last time. */
  readonly problem: string | null;
}

/** How long a peer may take to list its files, in milliseconds. */
const patienceMs = 30_000;

/** How many trees of others are remembered. */
const keptTrees = 20;

/** Where files that go with messages are kept in the user's own tree. */
const attachmentFolder = 'Chat';

const unknown: Tree = { entries: [], isKnown: false, isLoading: false, problem: null };

/** The files of this peer and of others. */
export class Files {
  readonly uploads: Uploads;
  readonly #client: GatewayClient;
  readonly #changes: Changes;
  readonly #self: () => string;
  readonly #trees = new Map<string, Tree>();
  /** Trees that changed while they were being fetched. */
  readonly #stale = new Set<string>();
  #place: Place | null = null;
  #unwatch: (() => void) | undefined;

  constructor(client: GatewayClient, changes: Changes, self: () => string) {
    this.#client = client;
    this.#changes = changes;
    this.#self = self;
    this.uploads = new Uploads(client, changes, () => void this.refresh(self()));
    client.on('resumed', () => this.#refreshShown());
    client.on('rootDirectory', () => {
      if (this.#place?.peerID === self()) void this.refresh(self());
    });
  }

  /** The folder that is shown. */
  get place(): Place | null {
    return this.#place;
  }

  /** Shows a folder, and keeps it up to date as long as it is shown (`null`: none). */
  show(place: Place | null): void {
    const before = this.#place;
    this.#place = place;
    this.#changes.mark('files');
    if (place === null) {
      this.#unwatch?.();
      this.#unwatch = undefined;
      return;
    }
    this.#unwatch ??= this.#client.onFilesChanged((peerID) => {
      if (this.#place?.peerID === peerID) void this.refresh(peerID);
    });
    if (before?.peerID !== place.peerID) void this.refresh(place.peerID);
  }

  /** What is known of a peer's files. */
  tree(peerID: string): Tree {
    return this.#trees.get(peerID) ?? unknown;
  }

  /** Fetches the list of a peer's files again. */
  async refresh(peerID: string): Promise<void> {
    if (peerID === '' || !this.#client.connected) return;
    if (this.tree(peerID).isLoading) {
      this.#stale.add(peerID);
      return;
    }
    do {
      this.#stale.delete(peerID);
      this.#put(peerID, { ...this.tree(peerID), isLoading: true });
      try {
        const { entries } = await this.#client.listFiles(peerID, { timeoutMs: patienceMs });
        this.#put(peerID, { entries, isKnown: true, isLoading: false, problem: null });
      } catch (error) {
        this.#put(peerID, { ...this.tree(peerID), isLoading: false, problem: explain(error) });
      }
    } while (this.#stale.has(peerID));
  }

  /** Makes a folder in the user's own tree. Rejects with a sentence for the user. */
  createFolder(path: string): Promise<void> {
    return this.#change(this.#client.createDirectory(path));
  }

  /** Removes a file, or a folder with everything in it, from the user's own tree. */
  remove(path: string): Promise<void> {
    return this.#change(this.#client.removeFile(path));
  }

  /** Stores a file that goes with a message; resolves when the network can have it, with `null` when the user cancelled it. */
  async attach(file: File, name: string, onUpload: (upload: Upload) => void): Promise<Attachment | null> {
    await this.refresh(this.#self());
    const taken = [...this.tree(this.#self()).entries, ...this.uploads.all].map(({ path }) => path);
    const upload = this.uploads.add(freePath(taken, attachmentFolder, name), file);
    onUpload(upload);
    const stored = await upload.stored;
    if (stored !== null) return { cid: stored.fileCid, name, size: file.size, type: file.type };
    if (upload.problem !== null) throw new Error(upload.problem);
    return null;
  }

  /** The address of somebody's file, for the page: to show it, or to save it under a name. */
  urlOf(cid: string, peerID: string, download?: string): string {
    const isOwn = peerID === this.#self();
    return this.#client.fileUrl(cid, undefined, { peer: isOwn ? undefined : peerID, download });
  }

  async #change(change: Promise<unknown>): Promise<void> {
    try {
      await change;
    } catch (error) {
      throw new Error(explain(error), { cause: error });
    } finally {
      void this.refresh(this.#self());
    }
  }

  #refreshShown(): void {
    if (this.#place !== null) void this.refresh(this.#place.peerID);
  }

  #put(peerID: string, tree: Tree): void {
    this.#trees.delete(peerID);
    this.#trees.set(peerID, tree);
    for (const other of this.#trees.keys()) {
      if (this.#trees.size <= keptTrees) break;
      if (other !== this.#place?.peerID && other !== this.#self()) this.#trees.delete(other);
    }
    this.#changes.mark('files');
  }
}
