// What JavaScript makes of values, archives and trustless gateways: JSON lines in, JSON lines out, as peer-program.mjs has them.
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { fallbackRouter } from '@helia/fallback-router'
import { trustlessGatewayBlockBroker } from '@helia/trustless-gateway-client'
import { unixfs } from '@helia/unixfs'
import { CarReader, CarWriter } from '@ipld/car'
import * as cbor from '@ipld/dag-cbor'
import * as json from '@ipld/dag-json'
import { createHeliaLight } from 'helia'
import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'

const emit = (value) => process.stdout.write(JSON.stringify(value) + '\n')
process.stdout.on('error', () => process.exit(0))

// Every block has the hash of its CID, or it is an error.
async function describe (bytes) {
  const reader = await CarReader.fromBytes(bytes)
  const blocks = []
  for await (const { cid, bytes } of reader.blocks()) {
    const digest = await sha256.digest(bytes)
    if (Buffer.compare(Buffer.from(digest.bytes), Buffer.from(cid.multihash.bytes)) !== 0) throw new Error(`the block ${cid} has another hash`)
    blocks.push(String(cid))
  }
  return { version: reader.version, roots: (await reader.getRoots()).map(String), blocks }
}

const commands = {
  cat: async ({ gateway, cid }) => {
    const helia = await createHeliaLight({
      blockBrokers: [trustlessGatewayBlockBroker({ allowInsecure: true, allowLocal: true })],
      // With fallbacks alone this Helia waits for other routers for ever, so a router of the ordinary kind names the gateway.
      routers: [Object.assign(fallbackRouter({ gateways: [gateway] }), { capabilities: () => [] })],
    }).start()
    try {
      const hash = createHash('sha256')
      let total = 0
      for await (const chunk of unixfs(helia).cat(CID.parse(cid))) {
        hash.update(chunk)
        total += chunk.length
      }
      return { total, sha256: hash.digest('hex') }
    } finally {
      await helia.stop()
    }
  },
  fetchCar: async ({ url, accept }) => {
    const response = await fetch(url, { headers: { accept } })
    if (!response.ok) return { status: response.status }
    return { status: 200, type: response.headers.get('content-type'), ...await describe(new Uint8Array(await response.arrayBuffer())) }
  },
  readCar: async ({ bytes }) => describe(new Uint8Array(Buffer.from(bytes, 'base64'))),
  writeCar: async ({ values }) => {
    const blocks = await Promise.all(values.map(async (value) => {
      const bytes = cbor.encode(json.parse(value))
      return { cid: CID.createV1(cbor.code, await sha256.digest(bytes)), bytes }
    }))
    const { writer, out } = CarWriter.create(blocks.slice(0, 1).map((block) => block.cid))
    const parts = []
    const reading = (async () => { for await (const part of out) parts.push(part) })()
    for (const block of blocks) await writer.put(block)
    await writer.close()
    await reading
    return { bytes: Buffer.concat(parts).toString('base64'), cids: blocks.map((block) => String(block.cid)) }
  },
  encode: async ({ values }) => ({
    values: values.map((text) => {
      const value = json.parse(text)
      const bytes = cbor.encode(value)
      return { cbor: Buffer.from(bytes).toString('hex'), json: json.stringify(cbor.decode(bytes)) }
    }),
  }),
}

emit({ event: 'ready', peer: '', addresses: [] })
for await (const line of createInterface({ input: process.stdin })) {
  const { id, command, ...parameters } = JSON.parse(line)
  commands[command](parameters).then(
    (result) => emit({ id, ok: true, ...result }),
    (error) => emit({ id, ok: false, error: `${error.name}: ${error.message}` }),
  )
}
process.exit(0)
