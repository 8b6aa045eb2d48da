// Several js-libp2p nodes with @libp2p/kad-dht in one process, driven as peer-program.mjs is: JSON lines in, JSON lines out; `node` says which one.
// Options come as one JSON argument: { count, protocol }.
import { createInterface } from 'node:readline'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify, identifyPush } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { peerIdFromString } from '@libp2p/peer-id'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { CID } from 'multiformats/cid'

const { count, protocol } = JSON.parse(process.argv[2])
const emit = (value) => process.stdout.write(JSON.stringify(value) + '\n')
process.stdout.on('error', () => process.exit(0))

const nodes = await Promise.all(Array.from({ length: count }, () => createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionManager: { inboundConnectionThreshold: 10_000, maxIncomingPendingConnections: 1000 },
  connectionMonitor: { enabled: false },
  services: {
    identify: identify(),
    identifyPush: identifyPush(),
    ping: ping(),
    dht: kadDHT({
      protocol,
      clientMode: false,
      // All of this network is on loopback.
      peerInfoMapper: passthroughMapper,
      validators: { test: async () => {} },
      selectors: { test: () => 0 },
    }),
  },
})))

const bytes = (base64) => new Uint8Array(Buffer.from(base64, 'base64'))
const info = ({ id, multiaddrs }) => ({ peer: id.toString(), addresses: multiaddrs.map(String) })
const commands = {
  dial: async (node, { address }) => { await node.dial(multiaddr(address)) },
  table: async (node) => ({ size: node.services.dht.routingTable.size }),
  put: async (node, { key, value }) => {
    let stored = 0
    for await (const event of node.services.dht.put(bytes(key), bytes(value))) {
      if (event.name === 'PEER_RESPONSE' && event.messageName === 'PUT_VALUE') stored++
    }
    return { stored }
  },
  get: async (node, { key }) => {
    for await (const event of node.services.dht.get(bytes(key))) {
      if (event.name === 'VALUE') return { value: Buffer.from(event.value).toString('base64') }
    }
    return { value: null }
  },
  provide: async (node, { cid }) => { for await (const _ of node.services.dht.provide(CID.parse(cid))); },
  findProviders: async (node, { cid }) => {
    const found = new Map()
    for await (const event of node.services.dht.findProviders(CID.parse(cid))) {
      if (event.name === 'PROVIDER') for (const provider of event.providers) found.set(provider.id.toString(), info(provider))
    }
    return { providers: [...found.values()] }
  },
  findPeer: async (node, { peer }) => {
    for await (const event of node.services.dht.findPeer(peerIdFromString(peer))) {
      if (event.name === 'FINAL_PEER') return info(event.peer)
    }
    return { peer: null, addresses: [] }
  },
  closest: async (node, { key }) => {
    const peers = []
    for await (const event of node.services.dht.getClosestPeers(bytes(key))) if (event.name === 'FINAL_PEER') peers.push(event.peer.id.toString())
    return { peers }
  },
}

emit({
  event: 'ready',
  peer: nodes[0].peerId.toString(),
  addresses: nodes[0].getMultiaddrs().map(String),
  nodes: nodes.map((node) => ({ peer: node.peerId.toString(), address: node.getMultiaddrs()[0].toString() })),
})
for await (const line of createInterface({ input: process.stdin })) {
  const { id, command, node, ...parameters } = JSON.parse(line)
  commands[command](nodes[node], parameters).then(
    (result) => emit({ id, ok: true, ...result }),
    (error) => emit({ id, ok: false, error: `${error.name}: ${error.message}` }),
  )
}
process.exit(0)
