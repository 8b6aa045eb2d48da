import type { ReconnectOptions } from './backoff.js';
import type { WebSocketFactory } from './socket.js';

/** How to connect. Everything has a default that suits a page served by the gateway. */
export interface ConnectOptions {
  /** The gateway's WebSocket. Default: `/ws` of the host that served the page. */
  readonly url?: string | undefined;
  /** The private key of the peer to be (from `peerKey` of an earlier connection). Default: a new one. */
  readonly peerKey?: string | undefined;
  /**
   * The root directory of the peer's files (from `rootDirectory` of an earlier connection). Default: what the gateway has kept for
   * this `peerKey`, or an empty one. A gateway that does not have it any more is asked for its default, and an `error` event tells.
   */
  readonly rootDirectory?: string | undefined;
  /** Milliseconds for each call, unless it says otherwise. Default: 30 000. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds for each attempt to open the WebSocket, and again to get the peer. Default: 10 000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Whether and how to come back after a loss. Default: yes, after 0.25 s, then doubling up to 15 s. */
  readonly reconnect?: ReconnectOptions | false | undefined;
  /** Whether `connect()` goes on when the very first attempt fails, instead of rejecting. Default: `false`. */
  readonly keepTrying?: boolean | undefined;
  /**
   * For how many milliseconds the first connect puts up with "peer ID already in use". A page that has just been
   * reloaded can meet its own ghost. After that the code is `peer-in-use`. Default: 3 000.
   */
  readonly peerInUseGraceMs?: number | undefined;
  /** What becomes of `send`, `publish` and questions while there is no connection. Default: `fail`. */
  readonly whileDisconnected?: 'fail' | 'queue' | undefined;
  /** How many calls may wait for a connection. Default: 1 000. */
  readonly queueCapacity?: number | undefined;
  /** Ends the attempt to connect. Once connected it has no effect. */
  readonly signal?: AbortSignal | undefined;
  /** Makes the WebSocket, for platforms without one. Default: the platform's. */
  readonly webSocket?: WebSocketFactory | undefined;
  /** Makes HTTP requests for transfers of files. Default: the platform's `fetch`. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Random numbers from 0 to below 1, for the jitter of waits. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}
