// A relay without limits. Prints its address, answers every line of standard input with its memory, and ends with it.
import { createInterface } from 'node:readline'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { create } from './node.mjs'

setFlagsFromString('--expose_gc')
const collect = runInNewContext('gc')
const many = 1_000_000
const node = await create({
  services: {
    relay: circuitRelayServer({
      maxInboundHopStreams: many,
      maxOutboundHopStreams: many,
      maxOutboundStopStreams: many,
      reservations: { maxReservations: many, applyDefaultLimit: false },
    }),
  },
})
console.log(node.getMultiaddrs()[0].toString())
createInterface({ input: process.stdin }).on('line', () => {
  collect()
  const { rss, heapUsed, external } = process.memoryUsage()
  console.log(JSON.stringify({ resident: rss, heap: heapUsed + external }))
}).on('close', () => process.exit(0))
