// A js-libp2p node with the same protocols as ours: TCP, Noise, Yamux, Identify, and GossipSub where asked for.
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'

export const limits = { maxInboundStreams: 10_000, maxOutboundStreams: 10_000 }

export const create = ({ listen = true, pubsub = false, services = {} } = {}) => createLibp2p({
  addresses: { listen: listen ? ['/ip4/127.0.0.1/tcp/0'] : [] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux({ maxInboundStreams: 10_000, maxOutboundStreams: 10_000 })],
  connectionManager: { inboundConnectionThreshold: 1e9, maxIncomingPendingConnections: 10_000, maxConnections: 10_000 },
  connectionMonitor: { enabled: false },
  services: {
    identify: identify(),
    ...services,
    ...(pubsub ? { pubsub: gossipsub({
      allowPublishToZeroTopicPeers: true,
      floodPublish: true,
      // All nodes share one address here; its defaults would score them down for that.
      scoreParams: { IPColocationFactorWeight: 0 },
    }) } : {}),
  },
})

export const write = async (stream, data) => {
  if (!stream.send(data)) await stream.onDrain()
}
