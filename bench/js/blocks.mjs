// node blocks.mjs level|fs|memory FOLDER BLOCKS BYTES AT_ONCE: puts blocks into one of Helia's stores and gets them again, so many at once;
// prints one JSON line with the seconds that each took.
import { createHash, randomBytes } from 'node:crypto'
import { MemoryBlockstore } from 'blockstore-core'
import { FsBlockstore } from 'blockstore-fs'
import { LevelBlockstore } from 'blockstore-level'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as Digest from 'multiformats/hashes/digest'

const [kind, folder] = process.argv.slice(2)
const [blocks, bytes, atOnce] = process.argv.slice(4).map(Number)

const make = (count) => Array.from({ length: count }, () => {
  const data = randomBytes(bytes)
  return { cid: CID.createV1(raw.code, Digest.create(0x12, createHash('sha256').update(data).digest())), data }
})
const open = async (path) => {
  const store = kind === 'level' ? new LevelBlockstore(path) : kind === 'fs' ? new FsBlockstore(path) : new MemoryBlockstore()
  await store.open?.()
  return store
}
const each = async (all, work) => {
  let next = 0
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < all.length) await work(all[next++])
  }))
}
const get = (store) => async ({ cid, data }) => {
  let length = 0
  for await (const part of store.get(cid)) length += part.byteLength
  if (length !== data.byteLength) throw new Error('another length')
}
const measure = async (path, all) => {
  const store = await open(path)
  const start = performance.now()
  await each(all, ({ cid, data }) => store.put(cid, data))
  const between = performance.now()
  await each(all, get(store))
  const end = performance.now()
  await store.close?.()
  return { put: (between - start) / 1000, get: (end - between) / 1000 }
}

// Warm: the code is compiled.
await measure(`${folder}/warm`, make(Math.ceil(blocks / 20)))
console.log(JSON.stringify(await measure(`${folder}/blocks`, make(blocks))))
