// node dht.mjs NODES LOOKUPS: one node asks NODES others over TCP, all in this process, for the peers closest to random keys;
// prints one JSON line with the seconds LOOKUPS of them took and how many peers each found on average.
import { randomBytes } from 'node:crypto'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { ping } from '@libp2p/ping'
import { create } from './node.mjs'

const [nodes, lookups] = process.argv.slice(2).map(Number)
const all = []
for (let i = 0; i <= nodes; i++) {
  // Nobody is taken into a routing table who does not answer a ping.
  all.push(await create({ services: { ping: ping(), dht: kadDHT({ clientMode: false, peerInfoMapper: passthroughMapper }) } }))
  if (i > 1) await all[i].dial(all[1].getMultiaddrs())
  if (i > 0) await all[0].dial(all[i].getMultiaddrs())
}

const search = async (count) => {
  let found = 0
  for (let i = 0; i < count; i++) {
    for await (const event of all[0].services.dht.getClosestPeers(randomBytes(32))) if (event.name === 'FINAL_PEER') found++
  }
  return found / count
}

// Warm: everybody is known, and the code is compiled. Nodes take each other into their tables in their own time.
const warm = Math.ceil(lookups / 5)
for (let i = 0; i < 20 && (await search(warm)) < 20; i++) await new Promise((resolve) => setTimeout(resolve, 200))
const start = performance.now()
const found = await search(lookups)
console.log(JSON.stringify({ found, seconds: (performance.now() - start) / 1000 }))
process.exit(0)
