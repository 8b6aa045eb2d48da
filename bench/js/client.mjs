// node client.mjs throughput|dial|latency ADDRESS COUNT: prints one JSON line with the seconds it took and the CPU seconds spent.
// Each run warms up first, as ours does.
import { multiaddr } from '@multiformats/multiaddr'
import { create, limits, write } from './node.mjs'

const [, , what, address, countText] = process.argv
const count = Number(countText)
const target = multiaddr(address)
const node = await create({ listen: false })

const readByte = async (iterator) => {
  const { done, value } = await iterator.next()
  if (done) throw new Error('the stream ended')
  return value.byteLength
}

const runs = {
  // COUNT MiB into a sink, the answer included.
  async throughput () {
    const chunk = new Uint8Array(65536)
    const send = async (mebibytes) => {
      const stream = await node.dialProtocol(target, '/bench/sink/1.0.0', limits)
      for (let i = 0; i < mebibytes * 16; i++) await write(stream, chunk)
      await stream.close()
      await readByte(stream[Symbol.asyncIterator]())
    }
    await send(64)
    return () => send(count)
  },
  // COUNT connections one after the other: TCP, Noise, Yamux.
  async dial () {
    const dials = async (number) => {
      for (let i = 0; i < number; i++) {
        const connection = await node.dial(target)
        await connection.close()
      }
    }
    await dials(500)
    return () => dials(count)
  },
  // COUNT one-byte requests and answers on one open stream.
  async latency () {
    const stream = await node.dialProtocol(target, '/bench/echo/1.0.0', limits)
    const iterator = stream[Symbol.asyncIterator]()
    const byte = Uint8Array.of(7)
    const roundTrips = async (number) => {
      for (let i = 0; i < number; i++) {
        await write(stream, byte)
        await readByte(iterator)
      }
    }
    await roundTrips(5000)
    return () => roundTrips(count)
  },
}

const run = await runs[what]()
const cpu = process.cpuUsage()
const start = performance.now()
await run()
const seconds = (performance.now() - start) / 1000
const { user, system } = process.cpuUsage(cpu)
console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6 }))
process.exit(0)
