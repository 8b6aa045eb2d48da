import type { GatewayError } from './errors.js';

/**
 * Where the client stands.
 *
 * `idle` → `connecting-to-server` (the WebSocket opens) → `connecting-to-network` (the gateway makes the peer)
 * → `connected`; after a loss `waiting-to-reconnect` and again from the start; `closed` at the end.
 */
export type GatewayStatus =
  | { readonly state: 'idle' }
  | { readonly state: 'connecting-to-server'; /** 1 for the first. */ readonly attempt: number }
  | { readonly state: 'connecting-to-network'; readonly attempt: number }
  | { readonly state: 'connected' }
  | {
      readonly state: 'waiting-to-reconnect';
      /** Attempts that have failed in a row. */
      readonly attempt: number;
      /** When the next attempt begins, in milliseconds since 1970. */
      readonly retryAt: number;
      /** Why there is no connection. */
      readonly error: GatewayError;
    }
  | { readonly state: 'closed'; /** Why, unless `close()` was called. */ readonly error?: GatewayError };

/** What {@link GatewayClient.on} can listen to. */
export interface GatewayEvents {
  /** The client moved from one state to another. */
  status: GatewayStatus;
  /** After each connect: every protocol, topic and protected peer is in place (again). */
  resumed: void;
  /** The root directory of this peer's files is another one now: its CID, to be kept for the next visit. */
  rootDirectory: string;
  /** A problem that belongs to no call: a listener that threw, a frame not understood, a topic lost when resuming. */
  error: unknown;
}

/** Who the gateway made us. */
export interface PeerIdentity {
  /** The peer ID, base58btc. */
  readonly peerID: string;
  /** The private key as base64 of its libp2p protobuf. Whoever has it is this peer. */
  readonly peerKey: string;
  /** The gateway's version. */
  readonly version: string;
}
