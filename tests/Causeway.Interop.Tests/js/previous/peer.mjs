// js-libp2p 2.x. Options come as one JSON argument: { listen, gossipsub }.
import { gossipsub } from '@chainsafe/libp2p-gossipsub'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify, identifyPush } from '@libp2p/identify'
import { peerIdFromString } from '@libp2p/peer-id'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { runPeer } from '../peer-program.mjs'

const options = JSON.parse(process.argv[2] ?? '{}')

const node = await createLibp2p({
  addresses: { listen: options.listen ?? ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionManager: { inboundConnectionThreshold: 10_000, maxIncomingPendingConnections: 1000 },
  connectionMonitor: { enabled: false },
  services: {
    identify: identify(),
    identifyPush: identifyPush(),
    ping: ping(),
    ...(options.gossipsub != null ? { pubsub: gossipsub({ allowPublishToZeroTopicPeers: true, ...options.gossipsub }) } : {}),
  },
})

// A 2.x stream has one sink that consumes an iterable: writes go through a queue that feeds it.
const writers = new WeakMap()
function writer (stream) {
  let state = writers.get(stream)
  if (state == null) {
    const queue = []
    let wake = null
    state = { push: (item) => new Promise((resolve) => { queue.push({ item, resolve }); wake?.() }) }
    state.done = stream.sink((async function * () {
      while (true) {
        if (queue.length === 0) await new Promise((resolve) => { wake = resolve })
        const { item, resolve } = queue.shift()
        if (item == null) { resolve(); return }
        yield item
        resolve()
      }
    })())
    state.done.catch(() => {})
    writers.set(stream, state)
  }
  return state
}

await runPeer({
  node,
  pubsub: node.services.pubsub,
  peerIdFromString,
  multiaddr,
  streams: {
    handler: (serve) => ({ stream }) => serve(stream),
    async * read (stream) {
      for await (const chunk of stream.source) yield chunk.subarray()
    },
    async write (stream, data) {
      const { push, done } = writer(stream)
      await Promise.race([push(data), done])
    },
    async close (stream) {
      const { push, done } = writer(stream)
      push(null)
      await done
      await stream.closeWrite()
    },
    abort: (stream, error) => stream.abort(error),
  },
})
