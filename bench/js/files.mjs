// node files.mjs import|import-gateway|export MEGABYTES: a file of that many MiB imported by Helia into a block store in memory, or read from it;
// prints one JSON line with the seconds it took.
import { randomFillSync } from 'node:crypto'
import { unixfs } from '@helia/unixfs'
import { MemoryBlockstore } from 'blockstore-core'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'

const [what, megabytes] = [process.argv[2], Number(process.argv[3])]
const MiB = 1024 * 1024
const noise = randomFillSync(Buffer.alloc(MiB))
const gateway = { cidVersion: 1, rawLeaves: false, chunker: fixedSize({ chunkSize: MiB / 4 }), layout: balanced({ maxChildrenPerNode: 174 }) }

async function * content (count) {
  for (let i = 0; i < count; i++) {
    const piece = Buffer.from(noise)
    piece.writeUInt32LE(i)
    yield piece
  }
}

async function measure (count) {
  const fs = unixfs({ blockstore: new MemoryBlockstore() })
  let start = performance.now()
  const cid = await fs.addByteStream(content(count), what === 'import-gateway' ? gateway : {})
  if (what === 'export') {
    start = performance.now()
    let total = 0
    for await (const piece of fs.cat(cid)) total += piece.length
    if (total !== count * MiB) throw new Error('The file was not read to its end.')
  }
  return (performance.now() - start) / 1000
}

await measure(64)
console.log(JSON.stringify({ seconds: await measure(megabytes) }))
