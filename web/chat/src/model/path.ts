import type { PeerConnection } from '../gateway-client/dist/index.js';

/** How messages get to a peer. */
export interface Path {
  /** Through a relay, which both ends can reach; without one, from gateway to gateway. */
  readonly isRelayed: boolean;
  /** The round trip in milliseconds, once it is measured. */
  readonly rttMs: number | null;
}

/** The path that messages take: a direct connection wherever there is one, and the quickest of its kind. */
export function bestPath(connections: readonly PeerConnection[]): Path | null {
  const paths = connections.map(({ transport, rttMs }) => ({ isRelayed: transport === 'circuit', rttMs }));
  paths.sort((a, b) => Number(a.isRelayed) - Number(b.isRelayed) || (a.rttMs ?? Infinity) - (b.rttMs ?? Infinity) || 0);
  return paths[0] ?? null;
}
