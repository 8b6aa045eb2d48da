import type { Backoff } from '../backoff.js';
import { Emitter } from '../emitter.js';
import { GatewayError, type GatewayErrorCode } from '../errors.js';
import type { Session } from '../session.js';
import { isObject, type PushFrame } from '../wire.js';
import { baseOf, decodeAccess, type FileAccess } from './access.js';
import { contentPath, download } from './download.js';
import type { Fetch, Transport } from './http.js';
import type { DownloadOptions, FileDownload, FileUrlOptions, StoredFile, UploadOptions, UploadSource } from './types.js';
import { upload } from './upload.js';

/** What {@link Files} needs of its client. */
export interface FilesOwner {
  readonly url: () => string;
  readonly fetch: Fetch;
  /** Fresh waits for the attempts of one transfer. */
  readonly backoff: () => Backoff;
  /** The session that can be used now. */
  readonly session: () => Session | undefined;
  /** Whether the page itself is in a topic. */
  readonly isSubscribed: (topic: string) => boolean;
  readonly problem: (error: unknown) => void;
  /** The root directory is another one now. */
  readonly rootChanged: (cid: string) => void;
}

/** Failures to begin a session with that need no report. */
const expected: readonly GatewayErrorCode[] = ['connection-lost', 'closed', 'bad-request'];

interface FilesEvents {
  changed: string;
}

/**
 * The files of this client: its root directory, what others tell of theirs, and transfers. Nothing is asked of the gateway before
 * the page has something to do with files; from then on every new session is asked for access to them.
 */
export class Files {
  readonly #owner: FilesOwner;
  readonly #events = new Emitter<FilesEvents>();
  readonly #transport: Transport;
  #rootCid: string | undefined;
  #listeners = 0;
  #isUsed = false;
  #access: { readonly session: Session; readonly answer: Promise<FileAccess> } | undefined;

  constructor(owner: FilesOwner, rootDirectory: string | undefined) {
    this.#owner = owner;
    this.#rootCid = rootDirectory || undefined;
    this.#transport = {
      base: () => baseOf(owner.url()),
      token: async () => (await this.access()).token,
      fetch: owner.fetch,
      backoff: owner.backoff,
    };
  }

  /** The CID of the root directory, as far as it is known. */
  get rootCid(): string | undefined {
    return this.#rootCid;
  }

  /** What is needed for files in the present session. */
  access(): Promise<FileAccess> {
    const session = this.#owner.session();
    if (session === undefined) return Promise.reject(new GatewayError('disconnected', 'files: there is no connection to the gateway now'));
    this.#isUsed = true;
    if (this.#access?.session !== session) this.#access = { session, answer: this.#ask(session) };
    return this.#access.answer;
  }

  /** A session has begun. */
  live(): void {
    if (this.#isUsed || this.#listeners > 0) void this.#begin();
  }

  /** Asks for access unless that has been done in this session: from then on the gateway tells which directory is the root. */
  async follow(): Promise<void> {
    if (this.#access?.session !== this.#owner.session()) await this.#begin();
  }

  /** The gateway did not have the root directory that was asked for. */
  forgetRoot(): void {
    this.#rootCid = undefined;
  }

  /** Takes what concerns files out of the gateway's pushes. */
  take({ method, params }: PushFrame): void {
    if (method === 'rootDirectory' && typeof params.cid === 'string') this.#setRoot(params.cid);
    if (method !== 'topicData' || !isObject(params.data) || params.data.type !== 'p2p-webapp-file-update') return;
    // Nobody can tell it of somebody else.
    if (params.data.peer === params.peerid) this.#events.emit('changed', String(params.peerid));
  }

  /** Adds a listener for changes of anyone's files. */
  onChanged(listener: (peerID: string) => void): () => void {
    const remove = this.#events.on('changed', listener);
    this.#listeners += 1;
    if (this.#listeners === 1 && this.#owner.session()) void this.#begin();
    let isThere = true;
    return () => {
      if (!isThere) return;
      isThere = false;
      remove();
      this.#listeners -= 1;
      if (this.#listeners === 0) void this.#unwatch();
    };
  }

  upload(path: string, source: UploadSource, options: UploadOptions): Promise<StoredFile> {
    return upload(this.#transport, path, source, options);
  }

  download(cid: string, options: DownloadOptions): Promise<FileDownload> {
    return download(this.#transport, cid, options);
  }

  urlOf(cid: string, path: string | undefined, { peer, download: name }: FileUrlOptions): string {
    const query = { peer, download: name === true ? '1' : undefined, filename: typeof name === 'string' ? name : undefined };
    return this.#transport.base() + contentPath(cid, path, query);
  }

  async #begin(): Promise<void> {
    const session = this.#owner.session();
    try {
      const { notifyTopic } = await this.access();
      if (notifyTopic !== null && this.#listeners > 0) await session?.request('subscribe', { topic: notifyTopic });
    } catch (error) {
      // After a loss the next session asks again, who has closed the client asks for nothing, and older gateways know nothing of it.
      if (!expected.some((code) => GatewayError.is(error, code))) this.#owner.problem(error);
    }
  }

  async #ask(session: Session): Promise<FileAccess> {
    const access = decodeAccess(await session.request('fileaccess', {}));
    this.#setRoot(access.rootCid);
    return access;
  }

  async #unwatch(): Promise<void> {
    const access = this.#access;
    try {
      const topic = (await access?.answer)?.notifyTopic ?? null;
      if (topic === null || this.#listeners > 0 || this.#owner.isSubscribed(topic)) return;
      await access?.session.request('unsubscribe', { topic });
    } catch {
      // The session is gone, and the subscription with it.
    }
  }

  #setRoot(cid: string): void {
    if (cid === this.#rootCid) return;
    this.#rootCid = cid;
    this.#owner.rootChanged(cid);
  }
}
