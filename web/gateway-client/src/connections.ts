import { isObject, malformed } from './wire.js';

/** What this page's peer is connected to. */
export interface Connections {
  /** This peer's own addresses: multiaddrs that end in `/p2p/<its ID>`. */
  readonly addresses: readonly string[];
  /** The protocol IDs that this peer serves. */
  readonly protocols: readonly string[];
  /** Every live connection. */
  readonly connections: readonly PeerConnection[];
}

/** A live libp2p connection of this page's peer. */
export interface PeerConnection {
  /** Who is at the other end. */
  readonly peerID: string;
  /** The multiaddr of the other end. */
  readonly address: string;
  /** How the bytes travel: `tcp`, `ws`, `memory`, `circuit`, … */
  readonly transport: string;
  /** `outbound` when this peer dialed. */
  readonly direction: 'inbound' | 'outbound';
  /** Smoothed round-trip time in milliseconds, once it is known. */
  readonly rttMs: number | null;
  /** The protocol that secures it, such as `/noise`. */
  readonly security: string;
  /** The protocol that carries several streams over it, such as `/yamux/1.0.0`. */
  readonly muxer: string;
  /** The protocol version that the other end's Identify tells, once known. */
  readonly protocolVersion: string | null;
  /** What software the other end says it is, once known. */
  readonly agentVersion: string | null;
  /** The protocol IDs that the other end serves; empty while unknown. */
  readonly protocols: readonly string[];
  /** Streams that are open now. */
  readonly streams: number;
  /** When it was opened. */
  readonly openedAt: Date;
  /** Whether it runs over a relay that limits time and volume. */
  readonly limited: boolean;
}

/** Reads the answer to `connections`. */
export function decodeConnections(result: unknown): Connections {
  if (!isObject(result) || !Array.isArray(result.connections)) throw malformed('an answer to `connections` without a list');
  return {
    addresses: strings(result.addresses),
    protocols: strings(result.protocols),
    connections: result.connections.filter(isObject).map(decodeConnection),
  };
}

function decodeConnection(value: Record<string, unknown>): PeerConnection {
  return {
    peerID: text(value.peerid) ?? '',
    address: text(value.address) ?? '',
    transport: text(value.transport) ?? '',
    direction: value.direction === 'inbound' ? 'inbound' : 'outbound',
    rttMs: typeof value.rtt === 'number' ? value.rtt : null,
    security: text(value.security) ?? '',
    muxer: text(value.muxer) ?? '',
    protocolVersion: text(value.protocolVersion),
    agentVersion: text(value.agentVersion),
    protocols: strings(value.protocols),
    streams: typeof value.streams === 'number' ? value.streams : 0,
    openedAt: new Date(text(value.openedAt) ?? NaN),
    limited: value.limited === true,
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
