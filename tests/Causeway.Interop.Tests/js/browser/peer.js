import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { webRTC } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { createLibp2p } from 'libp2p'

// A peer in a page: it waits at relays that it is connected to, and pages that reach it there connect to it by WebRTC.
// timeout: milliseconds that a relay may take to introduce itself and to reserve a place. js-libp2p's 5 s are short for busy machines.
export function createPeer ({ iceServers = [], timeout = 30_000, ...options } = {}) {
  return createLibp2p({
    addresses: { listen: ['/p2p-circuit', '/webrtc'] },
    transports: [
      webSockets(),
      circuitRelayTransport({ reservationCompletionTimeout: timeout }),
      webRTC({ rtcConfiguration: { iceServers } }),
    ],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify({ timeout }), ping: ping() },
    ...options,
  })
}
