/** The part of the platform's `Storage` that is used here. */
export type StorageLike = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

const prefix = 'causeway-chat.';

/** Values kept as JSON in a storage of the browser. Reading never throws: what is damaged counts as absent. */
export class Vault {
  readonly #storage: StorageLike;

  constructor(storage: StorageLike) {
    this.#storage = storage;
  }

  /** What is kept under `key`, or `null`. It may be of any shape: check it. */
  read(key: string): unknown {
    try {
      return JSON.parse(this.#storage.getItem(prefix + key) ?? 'null');
    } catch {
      return null;
    }
  }

  /** Keeps `value`; says whether there was room for it. */
  write(key: string, value: unknown): boolean {
    try {
      this.#storage.setItem(prefix + key, JSON.stringify(value));
      return true;
    } catch {
      // Full, or forbidden by the browser's settings.
      return false;
    }
  }

  /** Forgets one value. */
  remove(key: string): void {
    this.#storage.removeItem(prefix + key);
  }

  /** The keys in use that begin with `start`. */
  keys(start = ''): string[] {
    const keys: string[] = [];
    for (let i = 0; i < this.#storage.length; i++) {
      const key = this.#storage.key(i);
      if (key?.startsWith(prefix + start)) keys.push(key.slice(prefix.length));
    }
    return keys;
  }

  /** Forgets everything. */
  clear(): void {
    for (const key of this.keys()) this.remove(key);
  }
}
