// Helia with a store in memory, driven as peer-program.mjs is: JSON lines in, JSON lines out.
// Options come as one JSON argument: { listen, relayClient (find relays and use limited connections) }.
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { withBitswap } from '@helia/bitswap'
import { withLibp2pLight } from '@helia/libp2p'
import { unixfs } from '@helia/unixfs'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify, identifyPush } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { MemoryBlockstore } from 'blockstore-core'
import { MemoryDatastore } from 'datastore-core'
import { createHeliaLight } from 'helia'
import { CID } from 'multiformats/cid'

const options = JSON.parse(process.argv[2] ?? '{}')
const emit = (value) => process.stdout.write(JSON.stringify(value) + '\n')
process.stdout.on('error', () => process.exit(0))

const blockstore = new MemoryBlockstore()
const helia = withBitswap(withLibp2pLight(createHeliaLight({ blockstore, datastore: new MemoryDatastore() }), {
  addresses: { listen: options.listen ?? ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp(), webSockets(), ...(options.relayClient === true ? [circuitRelayTransport()] : [])],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionManager: { inboundConnectionThreshold: 10_000, maxIncomingPendingConnections: 1000 },
  connectionMonitor: { enabled: false },
  services: { identify: identify(), identifyPush: identifyPush() },
}), options.bitswap)
await helia.start()
const files = unixfs(helia)

// Each 64 KiB differ from all others.
const piece = (seed, number, length) => Buffer.alloc(length, createHash('sha256').update(`${seed}:${number}`).digest())
async function * content (seed, bytes) {
  for (let i = 0; bytes > 0; i++, bytes -= 65536) yield piece(seed, i, Math.min(65536, bytes))
}

const commands = {
  dial: async ({ address }) => { await helia.libp2p.dial(multiaddr(address)) },
  multiaddrs: async () => ({ multiaddrs: helia.libp2p.getMultiaddrs().map(String) }),
  add: async ({ seed, bytes }) => ({ cid: (await files.addByteStream(content(seed, bytes))).toString() }),
  cat: async ({ cid }) => {
    const hash = createHash('sha256')
    let total = 0
    const started = performance.now()
    for await (const chunk of files.cat(CID.parse(cid))) {
      hash.update(chunk)
      total += chunk.length
    }
    return { total, sha256: hash.digest('hex'), milliseconds: performance.now() - started }
  },
  has: async ({ cid }) => ({ has: await blockstore.has(CID.parse(cid)) }),
}

emit({ event: 'ready', peer: helia.libp2p.peerId.toString(), addresses: helia.libp2p.getMultiaddrs().map(String) })
for await (const line of createInterface({ input: process.stdin })) {
  const { id, command, ...parameters } = JSON.parse(line)
  commands[command](parameters).then(
    (result) => emit({ id, ok: true, ...result }),
    (error) => emit({ id, ok: false, error: `${error.name}: ${error.message}` }),
  )
}
process.exit(0)
