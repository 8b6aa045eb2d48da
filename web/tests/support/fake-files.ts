import { createHash } from 'node:crypto';

/** A request that is refused, as HTTP and the WebSocket say it alike. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

interface Upload {
  readonly path: string;
  content: Buffer;
  result: object | undefined;
}

const mimeTypes: Readonly<Record<string, string>> = { txt: 'text/plain; charset=utf-8', png: 'image/png', svg: 'image/svg+xml', html: 'text/html; charset=utf-8' };

/** Content that any peer of the fake gateway can have by its CID. The CIDs have the form of real ones only. */
export class FakeContent {
  readonly #contents = new Map<string, Buffer | ReadonlyMap<string, string>>();

  add(content: Buffer | ReadonlyMap<string, string>): string {
    const hashed = Buffer.isBuffer(content) ? content : JSON.stringify([...content]);
    const digest = createHash('sha512').update(hashed).digest();
    const cid = Buffer.isBuffer(content) ? `bafybei${letters(digest, 52, 'abcdefghijklmnopqrstuvwxyz234567')}` : `Qm${letters(digest, 44, 'abcdefghijkmnopqrstuvwxyz')}`;
    this.#contents.set(cid, content);
    return cid;
  }

  get(cid: string): Buffer | ReadonlyMap<string, string> | undefined {
    return this.#contents.get(cid);
  }

  resolve(cid: string, path: string): string {
    let found = cid;
    for (const name of path.split('/').filter((part) => part !== '')) {
      const folder = this.get(found);
      const next = Buffer.isBuffer(folder) ? undefined : folder?.get(name);
      if (next === undefined) throw new Refusal(404, `file not found: ${path}`);
      found = next;
    }
    return found;
  }
}

/** The tree of one peer, and what it is uploading. */
export class FakeFiles {
  readonly token = `token-${createHash('sha256').update(String(Math.random())).digest('hex')}`;
  readonly #content: FakeContent;
  readonly #changed: () => void;
  /** Path → content; folders have none. */
  readonly #entries = new Map<string, Buffer | null>();
  readonly #uploads = new Map<string, Upload>();

  constructor(content: FakeContent, changed: () => void) {
    this.#content = content;
    this.#changed = changed;
  }

  get rootCid(): string {
    return this.#cidOf('');
  }

  list(): Record<string, object> {
    return Object.fromEntries(
      [...this.#entries].map(([path, content]) => [
        path,
        content === null ? { type: 'directory', cid: this.#cidOf(path) } : { type: 'file', cid: this.#content.add(content), mimeType: mimeTypeOf(path) },
      ]),
    );
  }

  store(path: string, content: Buffer | null): { fileCid: string; rootCid: string } {
    const names = path.split('/');
    if (names.some((name) => name === '' || name === '.' || name === '..')) throw new Refusal(400, `invalid params: path '${path}'`);
    for (let i = 1; i < names.length; i++) {
      const folder = names.slice(0, i).join('/');
      if (this.#entries.get(folder)) throw new Refusal(409, `${folder} is a file`);
      this.#entries.set(folder, null);
    }
    if (content !== null || !this.#entries.has(path)) this.#entries.set(path, content);
    this.#changed();
    return { fileCid: this.#cidOf(path), rootCid: this.rootCid };
  }

  remove(path: string): void {
    if (!this.#entries.has(path)) throw new Refusal(409, `file not found: ${path}`);
    for (const other of [...this.#entries.keys()]) if (other === path || other.startsWith(`${path}/`)) this.#entries.delete(other);
    this.#changed();
  }

  begin(path: string): string {
    const id = String(this.#uploads.size + 1);
    this.#uploads.set(id, { path, content: Buffer.alloc(0), result: undefined });
    return id;
  }

  upload(id: string): Upload | undefined {
    return this.#uploads.get(id);
  }

  cancel(id: string): void {
    this.#uploads.delete(id);
  }

  append(id: string, part: Buffer, isLast: boolean): Upload {
    const upload = this.#uploads.get(id);
    if (upload === undefined) throw new Refusal(404, 'there is no such upload');
    upload.content = Buffer.concat([upload.content, part]);
    if (isLast) upload.result ??= this.store(upload.path, upload.content);
    return upload;
  }

  #cidOf(path: string): string {
    const content = this.#entries.get(path);
    if (Buffer.isBuffer(content)) return this.#content.add(content);
    const prefix = path === '' ? '' : `${path}/`;
    const names = [...this.#entries.keys()].filter((other) => other.startsWith(prefix) && !other.slice(prefix.length).includes('/')).sort();
    return this.#content.add(new Map(names.map((other) => [other.slice(prefix.length), this.#cidOf(other)])));
  }
}

function letters(digest: Buffer, count: number, alphabet: string): string {
  return Array.from(digest.subarray(0, count), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}

/** What kind of file a name stands for. */
export function mimeTypeOf(path: string): string {
  return mimeTypes[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
}
