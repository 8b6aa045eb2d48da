import { Backoff } from './backoff.js';
import { CallQueue } from './call-queue.js';
import { decodeConnections, type Connections } from './connections.js';
import { Emitter, reportUncaught } from './emitter.js';
import { GatewayError } from './errors.js';
import { bytesOf, decodeContent, decodeStored, decodeTree, toBase64 } from './files/decode.js';
import { Files } from './files/files.js';
import type {
  DownloadOptions,
  FileContent,
  FileDownload,
  FileTree,
  FileUrlOptions,
  StoredFile,
  UploadOptions,
  UploadSource,
} from './files/types.js';
import { abortError, checkTimeout, withLimits, type CallOptions } from './limits.js';
import { Link } from './link.js';
import type { ConnectOptions } from './options.js';
import { Registrations, type DataListener, type PeerChangeListener } from './registrations.js';
import type { Session } from './session.js';
import { defaultUrl, platformSocket } from './socket.js';
import type { GatewayEvents, GatewayStatus } from './status.js';
import { isObject, malformed, type PushFrame } from './wire.js';

/**
 * A libp2p peer for a page. It lives in the gateway and belongs to this object's WebSocket.
 *
 * Protocols, topics and protected peers are *declared*: they can be set before there is a connection, and come back by
 * themselves, with the same identity, after every loss. Messages and questions belong to the moment: without a
 * connection they fail or wait, as `whileDisconnected` says.
 *
 * Every call takes {@link CallOptions} last, and rejects with a {@link GatewayError}.
 */
export class GatewayClient {
  readonly #link: Link;
  readonly #registrations: Registrations;
  readonly #queue: CallQueue;
  readonly #events = new Emitter<GatewayEvents>();
  readonly #files: Files;
  readonly #options: ConnectOptions;

  constructor(options: ConnectOptions = {}) {
    this.#options = options;
    this.#queue = new CallQueue(options.queueCapacity ?? 1_000);
    this.#registrations = new Registrations((error) => this.#problem(error));
    const url = (): string => options.url ?? defaultUrl();
    const random = options.random ?? Math.random;
    this.#files = new Files(
      {
        url,
        fetch: options.fetch ?? ((address, init) => fetch(address, init)),
        backoff: () => new Backoff(options.reconnect || {}, random),
        session: () => this.#link.session,
        isSubscribed: (topic) => this.#registrations.has('topic', topic),
        problem: (error) => this.#problem(error),
        rootChanged: (cid) => this.#events.emit('rootDirectory', cid),
      },
      options.rootDirectory,
    );
    this.#link = new Link(
      {
        url,
        peerKey: options.peerKey,
        rootDirectory: () => this.#files.rootCid,
        connectTimeoutMs: checkTimeout(options.connectTimeoutMs ?? 10_000),
        reconnect: options.reconnect ?? {},
        keepTrying: options.keepTrying ?? false,
        peerInUseGraceMs: options.peerInUseGraceMs ?? 3_000,
        webSocket: options.webSocket ?? platformSocket,
        random,
      },
      {
        status: (status) => this.#statusChanged(status),
        live: (session) => this.#live(session),
        push: (frame) => this.#pushed(frame),
        rootLost: (error) => this.#rootLost(error),
        problem: (error) => this.#problem(error),
      },
    );
  }

  /** This peer's ID (base58btc), or `null` before the first connect. */
  get peerID(): string | null {
    return this.#link.identity?.peerID ?? null;
  }

  /** This peer's private key, to be kept for the next visit and shown to no one; `null` before the first connect. */
  get peerKey(): string | null {
    return this.#link.identity?.peerKey ?? null;
  }

  /** The gateway's version, or `null` before the first connect. */
  get version(): string | null {
    return this.#link.identity?.version ?? null;
  }

  /**
   * The CID of the root directory of this peer's files, to be given as `rootDirectory` on the next visit; `null` before the first
   * call that concerns files. `on('rootDirectory', …)` tells when it changes.
   */
  get rootDirectory(): string | null {
    return this.#files.rootCid ?? null;
  }

  /** Whether there is a connection with a peer at this moment. */
  get connected(): boolean {
    return this.#link.session !== undefined;
  }

  /** Where the client stands. */
  get status(): GatewayStatus {
    return this.#link.status;
  }

  /** Adds a listener for `status`, `resumed` or `error`; the function that comes back removes it. */
  on<Name extends keyof GatewayEvents>(event: Name, listener: (payload: GatewayEvents[Name]) => void): () => void {
    return this.#events.on(event, listener);
  }

  /** Connects; resolves with this client when the gateway has made the peer. */
  async connect(): Promise<this> {
    const { signal } = this.#options;
    if (signal?.aborted) this.#link.close(abortError('connect', signal));
    await withLimits(this.#link.open(), 'connect', signal, Infinity, () => this.#link.close(abortError('connect', signal)));
    return this;
  }

  /** Ends a wait between two attempts to reconnect. */
  reconnectNow(): void {
    this.#link.retryNow();
  }

  /** Closes the connection for good: the gateway drops the peer, and everything that waits fails with `closed`. */
  close(): void {
    this.#link.close();
  }

  /** Accepts messages of a protocol (an ID of your choice, such as `/chat/1.0.0`). Needed before sending on it. */
  start<T = unknown>(protocol: string, onData: DataListener<T>, options: CallOptions = {}): Promise<void> {
    return this.#declare('start', 'protocol', protocol, onData as DataListener, undefined, options);
  }

  /** Accepts them no longer. */
  stop(protocol: string, options: CallOptions = {}): Promise<void> {
    return this.#perform('stop', options, (session) => this.#registrations.remove(session, 'protocol', protocol));
  }

  /**
   * Sends JSON data to a peer. Resolves when the other side's gateway has taken the message for its page; rejects with
   * `delivery-failed` when it could not be delivered, and with `timeout` when nothing is known in time.
   */
  send(peer: string, protocol: string, data: unknown, options: CallOptions = {}): Promise<void> {
    return this.#once('send', options, (session) => session.send({ peer, protocol, data: data ?? null }));
  }

  /**
   * Joins a topic. `onData` gets every message, one's own too; `onPeerChange` who comes and goes.
   * Calling it again for the same topic replaces the listeners.
   */
  subscribe<T = unknown>(topic: string, onData: DataListener<T>, onPeerChange?: PeerChangeListener, options: CallOptions = {}): Promise<void> {
    return this.#declare('subscribe', 'topic', topic, onData as DataListener, onPeerChange, options);
  }

  /** Publishes JSON data on a topic, subscribed or not. */
  async publish(topic: string, data: unknown, options: CallOptions = {}): Promise<void> {
    await this.#once('publish', options, (session) => session.request('publish', { topic, data: data ?? null }));
  }

  /** Leaves a topic. */
  unsubscribe(topic: string, options: CallOptions = {}): Promise<void> {
    return this.#perform('unsubscribe', options, (session) => this.#registrations.remove(session, 'topic', topic));
  }

  /** The peer IDs known to be in a topic, without this one. */
  async listPeers(topic: string, options: CallOptions = {}): Promise<string[]> {
    const result = await this.#once('listpeers', options, (session) => session.request('listpeers', { topic }));
    if (!isObject(result)) throw malformed('an answer to `listpeers` that is not an object');
    // No peers may come as null.
    return Array.isArray(result.peers) ? result.peers.map(String) : [];
  }

  /** Keeps connections to these peers, dialing again when they break, until {@link removePeers}. */
  addPeers(peerIds: readonly string[], options: CallOptions = {}): Promise<void> {
    return this.#perform('addpeers', options, (session) => this.#registrations.addPeers(session, peerIds));
  }

  /** Keeps them no longer. */
  removePeers(peerIds: readonly string[], options: CallOptions = {}): Promise<void> {
    return this.#perform('removepeers', options, (session) => this.#registrations.removePeers(session, peerIds));
  }

  /** What this peer is connected to: whom, over which address and transport, how far away. */
  async connections(options: CallOptions = {}): Promise<Connections> {
    return decodeConnections(await this.#once('connections', options, (session) => session.request('connections', {})));
  }

  /** All files and folders of a peer; without `peerID` this peer's own. */
  async listFiles(peerID?: string, options: CallOptions = {}): Promise<FileTree> {
    const push = await this.#once('listfiles', options, (session) => {
      const peerid = peerID ?? this.peerID ?? '';
      return session.requestPush('listfiles', { peerid }, 'peerFiles', peerid);
    });
    return decodeTree(push);
  }

  /**
   * A file as a whole, or the names in a folder, verified. `fallbackPeer` is asked too when the network does not have it. Meant for what is small:
   * {@link downloadFile} takes files of any size.
   */
  async getFile(cid: string, fallbackPeer?: string, options: CallOptions = {}): Promise<FileContent> {
    const params = fallbackPeer === undefined ? { cid } : { cid, fallbackPeerID: fallbackPeer };
    return decodeContent(await this.#once('getfile', options, (session) => session.requestPush('getfile', params, 'gotFile', cid)));
  }

  /** Stores a small file at a path of this peer's tree; folders on the way are made. {@link uploadFile} takes files of any size. */
  async storeFile(path: string, content: string | Uint8Array | Blob, options: CallOptions = {}): Promise<StoredFile> {
    const base64 = toBase64(await bytesOf(content));
    return decodeStored(await this.#fileRequest('storefile', { path, content: base64, directory: false }, options));
  }

  /** Makes a folder, and those on the way. One that is there already stays as it is. */
  async createDirectory(path: string, options: CallOptions = {}): Promise<StoredFile> {
    return decodeStored(await this.#fileRequest('storefile', { path, directory: true }, options));
  }

  /** Removes a file, or a folder with all that is in it, from this peer's tree. */
  async removeFile(path: string, options: CallOptions = {}): Promise<void> {
    await this.#fileRequest('removefile', { path }, options);
  }

  /**
   * Calls `listener` with a peer's ID when that peer's files have changed, this one's included, where the gateway's site has a topic for such
   * notices. The function that comes back ends it.
   */
  onFilesChanged(listener: (peerID: string) => void): () => void {
    return this.#files.onChanged(listener);
  }

  /** Stores a file of any size at a path of this peer's tree; goes on by itself when the connection breaks on the way. */
  uploadFile(path: string, source: UploadSource, options: UploadOptions = {}): Promise<StoredFile> {
    return this.#files.upload(path, source, options);
  }

  /** Fetches a file of any size, or a part of it, from whoever has it; resolves when the first bytes can be read. */
  downloadFile(cid: string, options: DownloadOptions = {}): Promise<FileDownload> {
    return this.#files.download(cid, options);
  }

  /** The address of a file, for `<img src>`, `<video src>` and links of pages that the gateway serves. */
  fileUrl(cid: string, path?: string, options: FileUrlOptions = {}): string {
    return this.#files.urlOf(cid, path, options);
  }

  /** A change of this peer's files. The root directory is followed from now on. */
  #fileRequest(method: string, params: object, options: CallOptions): Promise<unknown> {
    return this.#once(method, options, (session) => {
      void this.#files.follow();
      return session.request(method, params);
    });
  }

  #declare(
    method: string,
    kind: 'protocol' | 'topic',
    name: string,
    onData: DataListener,
    onPeerChange: PeerChangeListener | undefined,
    options: CallOptions,
  ): Promise<void> {
    let isNew = false;
    const add = (session: Session | undefined): Promise<void> => {
      isNew = !this.#registrations.has(kind, name);
      return this.#registrations.add(session, kind, name, onData, onPeerChange);
    };
    // What the caller gave up on must not turn up later. What stood there before the call stays.
    const withdraw = (): void => {
      if (isNew) this.#registrations.remove(this.#link.session, kind, name).catch(() => {});
    };
    return this.#perform(method, options, add, withdraw);
  }

  /** A call that changes what is declared: it does not need a connection, and outlives one. */
  async #perform(what: string, options: CallOptions, run: (session: Session | undefined) => Promise<void>, onLimit = (): void => {}): Promise<void> {
    const timeoutMs = this.#check(what, options);
    await withLimits(run(this.#link.session), what, options.signal, timeoutMs, onLimit);
  }

  /** A call for this moment: written now, or queued, or failed. */
  async #once<T>(what: string, options: CallOptions, run: (session: Session) => Promise<T>): Promise<T> {
    const timeoutMs = this.#check(what, options);
    const session = this.#link.session;
    if (session) return withLimits(run(session), what, options.signal, timeoutMs);
    if ((options.whileDisconnected ?? this.#options.whileDisconnected ?? 'fail') === 'fail') {
      throw new GatewayError('disconnected', `${what}: there is no connection to the gateway now`, { method: what });
    }
    const { work, cancel } = this.#queue.add(run);
    return withLimits(work, what, options.signal, timeoutMs, cancel);
  }

  /** Refuses a call that cannot begin; gives its time-out. */
  #check(what: string, options: CallOptions): number {
    if (options.signal?.aborted) throw abortError(what, options.signal);
    if (this.#link.status.state === 'closed') throw new GatewayError('closed', `${what}: the client has been closed`, { method: what });
    return checkTimeout(options.timeoutMs ?? this.#options.timeoutMs ?? 30_000);
  }

  #live(session: Session): void {
    const resumed = this.#registrations.resume(session);
    this.#files.live();
    this.#queue.flush(session);
    void resumed.then(() => {
      if (this.#link.session === session) this.#events.emit('resumed', undefined);
    });
  }

  #statusChanged(status: GatewayStatus): void {
    if (status.state === 'closed') {
      const error = status.error ?? new GatewayError('closed', 'the client has been closed');
      this.#queue.fail(error);
      this.#registrations.close(error);
    }
    this.#events.emit('status', status);
  }

  #pushed(frame: PushFrame): void {
    this.#files.take(frame);
    this.#registrations.deliver(frame);
  }

  #rootLost(error: GatewayError): void {
    this.#files.forgetRoot();
    this.#problem(error);
  }

  #problem(error: unknown): void {
    if (!this.#events.emit('error', error)) reportUncaught(error);
  }
}

/** Connects to the gateway that served the page (or to `options.url`) and resolves when there is a peer. */
export function connect(options: ConnectOptions = {}): Promise<GatewayClient> {
  return new GatewayClient(options).connect();
}
