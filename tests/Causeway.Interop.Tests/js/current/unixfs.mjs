// Helia's UnixFS over a block store in memory, driven as peer-program.mjs is: JSON lines in, JSON lines out.
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { unixfs } from '@helia/unixfs'
import { MemoryBlockstore } from 'blockstore-core'
import { fixedSize, rabin } from 'ipfs-unixfs-importer/chunker'
import { balanced, trickle } from 'ipfs-unixfs-importer/layout'
import { CID } from 'multiformats/cid'

const emit = (value) => process.stdout.write(JSON.stringify(value) + '\n')
process.stdout.on('error', () => process.exit(0))

const noise = (length) => {
  const hashes = []
  const count = Buffer.alloc(4)
  for (let i = 0; i * 32 < length; i++) {
    count.writeUInt32BE(i)
    hashes.push(createHash('sha256').update('jsrig-prng').update(count).digest())
  }
  return Buffer.concat(hashes).subarray(0, length)
}

const contentOf = ({ text, zeros, noise: length }) => text != null ? Buffer.from(text) : zeros != null ? Buffer.alloc(zeros) : noise(length)

const optionsOf = ({ chunk, rabin: sizes, maxLinks, layout, raw, version, single, leaves }) => ({
  chunker: sizes == null ? fixedSize({ chunkSize: chunk }) : rabin({ minChunkSize: sizes[0], avgChunkSize: sizes[1], maxChunkSize: sizes[2] }),
  layout: (layout === 'trickle' ? trickle : balanced)({ maxChildrenPerNode: maxLinks }),
  rawLeaves: raw,
  cidVersion: version,
  reduceSingleLeafToSelf: single,
  leafType: leaves,
})

const metadataOf = ({ mode, seconds, nanoseconds }) => ({
  mode: mode ?? undefined,
  mtime: seconds == null ? undefined : { secs: BigInt(seconds), nsecs: nanoseconds ?? undefined },
})

const fs = unixfs({ blockstore: new MemoryBlockstore() })
const commands = {
  import: async ({ input, profile, metadata }) => ({ cid: String(await fs.addBytes(contentOf(input), { ...optionsOf(profile), ...metadataOf(metadata) })) }),
  symlink: async ({ target, profile, metadata }) => {
    for await (const { cid } of fs.addAll([{ path: 'link', link: target, ...metadataOf(metadata) }], optionsOf(profile))) return { cid: String(cid) }
  },
  // A folder of files "file N", each with its name as content, imported at once.
  folder: async ({ count, profile, threshold }) => {
    let root
    const files = Array.from({ length: count }, (_, i) => ({ path: `file ${i}`, content: Buffer.from(`file ${i}`) }))
    for await (const entry of fs.addAll(files, { ...optionsOf(profile), wrapWithDirectory: true, shardSplitThresholdBytes: threshold })) root = entry
    return { cid: String(root.cid) }
  },
  // Files put into a folder, and removed from it, one by one.
  edit: async ({ steps, version, threshold }) => {
    const options = { cidVersion: version, shardSplitThresholdBytes: threshold }
    let root = await fs.addDirectory(undefined, options)
    const roots = []
    for (const { set, remove } of steps) {
      root = set != null
        ? await fs.cp(await fs.addBytes(Buffer.from(set), { ...options, rawLeaves: true }), root, set, { ...options, force: true })
        : await fs.rm(root, remove, options)
      roots.push(String(root))
    }
    return { roots }
  },
  // What is in a folder that is in the store already.
  list: async ({ cid }) => {
    const names = []
    for await (const { name } of fs.ls(CID.parse(cid))) names.push(name)
    return { names }
  },
}

emit({ event: 'ready', peer: '', addresses: [] })
for await (const line of createInterface({ input: process.stdin })) {
  const { id, command, ...parameters } = JSON.parse(line)
  commands[command](parameters).then(
    (result) => emit({ id, ok: true, ...result }),
    (error) => emit({ id, ok: false, error: String(error?.message ?? error) }))
}
