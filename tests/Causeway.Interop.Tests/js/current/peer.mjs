// js-libp2p 3.x. Options come as one JSON argument: { listen, announce, gossipsub, mdns, certificate (PEM file with key), networkKey (swarm.key as text),
// autonat (the versions spoken), relayClient, relay, dcutr }.
import { readFileSync } from 'node:fs'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { autoNAT } from '@libp2p/autonat'
import { autoNATv2 } from '@libp2p/autonat-v2'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { dcutr } from '@libp2p/dcutr'
import { gossipsub } from '@libp2p/gossipsub'
import { identify, identifyPush } from '@libp2p/identify'
import { mdns } from '@libp2p/mdns'
import { peerIdFromString } from '@libp2p/peer-id'
import { ping } from '@libp2p/ping'
import { preSharedKey } from '@libp2p/pnet'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { runPeer } from '../peer-program.mjs'

const options = JSON.parse(process.argv[2] ?? '{}')
const pem = options.certificate != null ? readFileSync(options.certificate) : null

// JSON has no 64-bit numbers.
const reservations = options.relay?.reservations
if (reservations?.defaultDataLimit != null) reservations.defaultDataLimit = BigInt(reservations.defaultDataLimit)

const node = await createLibp2p({
  addresses: { listen: options.listen ?? ['/ip4/127.0.0.1/tcp/0'], appendAnnounce: options.announce ?? [] },
  transports: [
    tcp(),
    webSockets(pem == null ? {} : { https: { cert: pem, key: pem } }),
    ...(options.relayClient != null ? [circuitRelayTransport(options.relayClient)] : []),
  ],
  ...(options.networkKey != null ? { connectionProtector: preSharedKey({ psk: Buffer.from(options.networkKey) }) } : {}),
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  peerDiscovery: options.mdns != null ? [mdns(options.mdns)] : [],
  // The default refuses more than five inbound connections a second from one host.
  connectionManager: { inboundConnectionThreshold: 10_000, maxIncomingPendingConnections: 1000 },
  connectionMonitor: { enabled: false },
  services: {
    identify: identify(),
    identifyPush: identifyPush(),
    ping: ping(),
    ...(options.autonat?.includes(1) ? { autonat: autoNAT() } : {}),
    ...(options.autonat?.includes(2) ? { autonatV2: autoNATv2() } : {}),
    ...(options.relay != null ? { relay: circuitRelayServer(options.relay) } : {}),
    ...(options.dcutr != null ? { dcutr: dcutr(options.dcutr) } : {}),
    ...(options.gossipsub != null ? { pubsub: gossipsub({ allowPublishToZeroTopicPeers: true, ...options.gossipsub }) } : {}),
  },
})

await runPeer({
  node,
  pubsub: node.services.pubsub,
  peerIdFromString,
  multiaddr,
  streams: {
    handler: (serve) => (stream) => serve(stream),
    async * read (stream) {
      for await (const chunk of stream) yield chunk.subarray()
    },
    async write (stream, data) {
      if (!stream.send(data)) await stream.onDrain()
    },
    close: (stream) => stream.close(),
    abort: (stream, error) => stream.abort(error),
  },
})
