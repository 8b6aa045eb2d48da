import { Backoff, stableAfterMs, type ReconnectOptions } from './backoff.js';
import { Deferred } from './deferred.js';
import { GatewayError } from './errors.js';
import { withLimits } from './limits.js';
import { Session } from './session.js';
import type { WebSocketFactory } from './socket.js';
import type { GatewayStatus, PeerIdentity } from './status.js';
import { isObject, malformed, type PushFrame } from './wire.js';

/** The options of a {@link Link}, all decided. */
export interface LinkOptions {
  readonly url: () => string;
  readonly peerKey: string | undefined;
  /** The root directory to ask for, as of now. */
  readonly rootDirectory: () => string | undefined;
  readonly connectTimeoutMs: number;
  readonly reconnect: ReconnectOptions | false;
  readonly keepTrying: boolean;
  readonly peerInUseGraceMs: number;
  readonly webSocket: WebSocketFactory;
  readonly random: () => number;
}

/** What a link tells its owner. */
export interface LinkEvents {
  status(status: GatewayStatus): void;
  /** A session has its peer and can be used; called before the status says `connected`. */
  live(session: Session): void;
  push(frame: PushFrame): void;
  /** The gateway does not have the root directory; the peer will be asked for without it. */
  rootLost(error: GatewayError): void;
  problem(error: GatewayError): void;
}

/** Keeps one session alive: connects, asks for the peer, waits for the loss, and begins again with the same identity. */
export class Link {
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  readonly #backoff: Backoff;
  readonly #first = new Deferred<void>();
  #status: GatewayStatus = { state: 'idle' };
  #identity: PeerIdentity | undefined;
  #session: Session | undefined;
  /** The session being opened or used. */
  #current: Session | undefined;
  #inUseSince: number | undefined;
  #wake: () => void = () => {};

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
    this.#backoff = new Backoff(options.reconnect || {}, options.random);
  }

  get status(): GatewayStatus {
    return this.#status;
  }

  /** The identity, from the first connect on. */
  get identity(): PeerIdentity | undefined {
    return this.#identity;
  }

  /** The session that calls can use now. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** Begins (once); resolves when the first session is live. */
  open(): Promise<void> {
    if (this.#status.state === 'idle') {
      globalThis.addEventListener?.('online', this.retryNow);
      void this.#run();
    }
    return this.#first.promise;
  }

  /** Ends for good. */
  close(error?: GatewayError): void {
    if (this.#status.state === 'closed') return;
    const reason = error ?? new GatewayError('closed', 'the client has been closed');
    globalThis.removeEventListener?.('online', this.retryNow);
    this.#session = undefined;
    this.#setStatus(error ? { state: 'closed', error } : { state: 'closed' });
    this.#current?.close(reason);
    this.#first.reject(reason);
    this.#wake();
  }

  /** Ends the wait between two attempts. */
  readonly retryNow = (): void => this.#wake();

  async #run(): Promise<void> {
    while (this.#status.state !== 'closed') {
      const error = await this.#attempt();
      if (this.#isClosed()) return;
      if (this.#isFinal(error)) return this.close(error);
      await this.#pause(error);
    }
  }

  /** One connection, from the first byte to its loss; the error says why it ended. */
  async #attempt(): Promise<GatewayError> {
    const lost = new Deferred<GatewayError>();
    const attempt = this.#backoff.attempts + 1;
    let session: Session | undefined;
    try {
      this.#setStatus({ state: 'connecting-to-server', attempt });
      session = this.#newSession(lost);
      await withLimits(session.opened, 'connect', undefined, this.#options.connectTimeoutMs);
      this.#setStatus({ state: 'connecting-to-network', attempt });
      this.#identity = await this.#askForPeer(session);
    } catch (cause) {
      const error = asGatewayError(cause);
      session?.close(error);
      return error;
    }
    return this.#live(session, lost);
  }

  async #live(session: Session, lost: Deferred<GatewayError>): Promise<GatewayError> {
    const since = performance.now();
    this.#session = session;
    this.#inUseSince = undefined;
    this.#events.live(session);
    this.#setStatus({ state: 'connected' });
    this.#first.resolve();
    const error = await lost.promise;
    if (performance.now() - since >= stableAfterMs) this.#backoff.reset();
    return error;
  }

  #newSession(lost: Deferred<GatewayError>): Session {
    const session: Session = new Session(this.#options.webSocket(this.#options.url()), {
      push: (frame) => this.#events.push(frame),
      malformed: (error) => this.#events.problem(error),
      lost: (error) => {
        if (this.#session === session) this.#session = undefined;
        lost.resolve(error);
      },
    });
    this.#current = session;
    return session;
  }

  async #askForPeer(session: Session): Promise<PeerIdentity> {
    const peerkey = this.#identity?.peerKey ?? this.#options.peerKey;
    const rootDirectory = this.#options.rootDirectory();
    const request = session.request('peer', { ...(peerkey === undefined ? {} : { peerkey }), ...(rootDirectory === undefined ? {} : { rootDirectory }) });
    try {
      return decodeIdentity(await withLimits(request, 'peer', undefined, this.#options.connectTimeoutMs));
    } catch (error) {
      if (rootDirectory === undefined || !GatewayError.is(error) || !error.message.startsWith('rootDirectory')) throw error;
      this.#events.rootLost(error);
      return this.#askForPeer(session);
    }
  }

  /** Whether there is no point in another attempt. */
  #isFinal(error: GatewayError): boolean {
    // A key that the gateway cannot read will not get better.
    if (error.code === 'bad-request' || error.code === 'invalid-argument') return true;
    const connectedBefore = this.#identity !== undefined;
    if (connectedBefore) return this.#options.reconnect === false;
    if (error.code !== 'peer-in-use') return !this.#options.keepTrying;
    this.#inUseSince ??= performance.now();
    return performance.now() - this.#inUseSince >= this.#options.peerInUseGraceMs;
  }

  #pause(error: GatewayError): Promise<void> {
    const delayMs = this.#backoff.next();
    this.#setStatus({ state: 'waiting-to-reconnect', attempt: this.#backoff.attempts, retryAt: Date.now() + delayMs, error });
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake(), delayMs);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
    });
  }

  #isClosed(): boolean {
    return this.#status.state === 'closed';
  }

  #setStatus(status: GatewayStatus): void {
    if (this.#isClosed()) return;
    this.#status = status;
    this.#events.status(status);
  }
}

function decodeIdentity(result: unknown): PeerIdentity {
  if (!isObject(result) || typeof result.peerid !== 'string' || typeof result.peerkey !== 'string') {
    throw malformed('an answer to `peer` without peerid and peerkey');
  }
  return { peerID: result.peerid, peerKey: result.peerkey, version: String(result.version ?? '') };
}

function asGatewayError(cause: unknown): GatewayError {
  if (GatewayError.is(cause)) return cause;
  return new GatewayError('invalid-argument', `cannot open the WebSocket: ${String(cause)}`, { cause });
}
