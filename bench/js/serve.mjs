// Serves /bench/sink (reads to the end, then answers one byte) and /bench/echo until standard input ends.
import { create, limits, write } from './node.mjs'

const node = await create()
await node.handle('/bench/sink/1.0.0', async (stream) => {
  for await (const _ of stream);
  await write(stream, Uint8Array.of(1))
  await stream.close()
}, limits)
await node.handle('/bench/echo/1.0.0', async (stream) => {
  for await (const chunk of stream) await write(stream, chunk.subarray())
  await stream.close()
}, limits)
console.log(node.getMultiaddrs()[0].toString())
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
