import type { GatewayClient, StoredFile } from '../gateway-client/dist/index.js';
import type { Changes } from './changes.js';
import { explain } from './file-problem.js';

export type UploadState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** A file on its way into the user's tree. */
export interface Upload {
  readonly id: number;
  readonly path: string;
  /** All bytes. */
  readonly size: number;
  /** Bytes that the gateway has. */
  readonly loaded: number;
  readonly state: UploadState;
  /** Why it failed. */
  readonly problem: string | null;
  /** What has been stored; `null` when it failed or was cancelled for good. */
  readonly stored: Promise<StoredFile | null>;
}

/** Uploads at a time: one fills the path to the gateway, the second hides the first one's pauses. */
const parallel = 2;

/** Finished uploads that stay listed. */
const keptFinished = 50;

class Entry implements Upload {
  loaded = 0;
  state: UploadState = 'waiting';
  problem: string | null = null;
  settle!: (stored: StoredFile | null) => void;
  readonly stored = new Promise<StoredFile | null>((resolve) => (this.settle = resolve));
  readonly abort = new AbortController();

  constructor(
    readonly id: number,
    readonly path: string,
    readonly file: File,
  ) {}

  get size(): number {
    return this.file.size;
  }
}

/** Brings files into the user's tree, a few at a time and in the order in which they were given. */
export class Uploads {
  readonly #client: GatewayClient;
  readonly #changes: Changes;
  readonly #onStored: () => void;
  readonly #entries: Entry[] = [];
  #count = 0;

  constructor(client: GatewayClient, changes: Changes, onStored: () => void) {
    this.#client = client;
    this.#changes = changes;
    this.#onStored = onStored;
  }

  /** Those under way, and those that have ended lately; the oldest first. */
  get all(): readonly Upload[] {
    return this.#entries;
  }

  /** Uploads a file to a path; it waits for its turn. */
  add(path: string, file: File): Upload {
    this.#count += 1;
    const entry = new Entry(this.#count, path, file);
    this.#entries.push(entry);
    this.#next();
    return entry;
  }

  /** Ends one; the gateway forgets what it has of it. */
  cancel(id: number): void {
    const entry = this.#find(id);
    if (entry?.state === 'waiting') this.#end(entry, 'cancelled', null);
    entry?.abort.abort();
  }

  /** Tries again what has failed. */
  retry(id: number): void {
    const entry = this.#find(id);
    if (entry?.state !== 'failed') return;
    this.#remove(entry);
    this.add(entry.path, entry.file);
  }

  /** Lists no longer what has ended. */
  clear(): void {
    for (const entry of this.#entries.filter(hasEnded)) this.#remove(entry);
    this.#changes.mark('uploads');
  }

  #next(): void {
    this.#changes.mark('uploads');
    const running = this.#entries.filter(({ state }) => state === 'running').length;
    for (const entry of this.#entries.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, parallel - running))) void this.#run(entry);
  }

  async #run(entry: Entry): Promise<void> {
    entry.state = 'running';
    const { signal } = entry.abort;
    try {
      const stored = await this.#client.uploadFile(entry.path, entry.file, {
        signal,
        onProgress: ({ loaded }) => {
          entry.loaded = loaded;
          this.#changes.mark('uploads');
        },
      });
      entry.loaded = entry.size;
      this.#end(entry, 'done', stored);
      this.#onStored();
    } catch (error) {
      entry.problem = signal.aborted ? null : explain(error);
      this.#end(entry, signal.aborted ? 'cancelled' : 'failed', null);
    }
  }

  #end(entry: Entry, state: UploadState, stored: StoredFile | null): void {
    entry.state = state;
    entry.settle(stored);
    for (const old of this.#entries.filter(hasEnded).slice(0, -keptFinished)) this.#remove(old);
    this.#next();
  }

  #find(id: number): Entry | undefined {
    return this.#entries.find((entry) => entry.id === id);
  }

  #remove(entry: Entry): void {
    this.#entries.splice(this.#entries.indexOf(entry), 1);
  }
}

function hasEnded({ state }: Upload): boolean {
  return state !== 'waiting' && state !== 'running';
}
