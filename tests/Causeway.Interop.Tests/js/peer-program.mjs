// A js-libp2p peer that a test drives: one JSON command per line on standard input, one JSON answer or event per line on
// standard output. What differs between js-libp2p releases (how streams are read and written) comes in as `streams`.
import { createHash, randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'

export const protocols = {
  echo: '/test/echo/1.0.0',
  sink: '/test/sink/1.0.0',
  source: '/test/source/1.0.0',
  reset: '/test/reset/1.0.0',
}

const emit = (value) => process.stdout.write(JSON.stringify(value) + '\n')
// The test that reads us may be gone before we are.
process.stdout.on('error', () => process.exit(0))
const pattern = (length, seed) => {
  const block = createHash('sha256').update(String(seed)).digest()
  return Buffer.alloc(length, block)
}

async function drain (streams, stream) {
  const hash = createHash('sha256')
  let total = 0
  for await (const chunk of streams.read(stream)) {
    hash.update(chunk)
    total += chunk.length
  }
  return { total, sha256: hash.digest('hex') }
}

async function writePattern (streams, stream, total, seed) {
  const hash = createHash('sha256')
  for (let left = total; left > 0;) {
    const chunk = pattern(Math.min(left, 65536), seed)
    hash.update(chunk)
    await streams.write(stream, chunk)
    left -= chunk.length
  }
  return hash.digest('hex')
}

export async function runPeer ({ node, streams, pubsub, peerIdFromString, multiaddr }) {
  // Streams under test carry hundreds of megabytes and thousands at a time.
  const limits = { maxInboundStreams: 4096, maxOutboundStreams: 4096, runOnLimitedConnection: true }
  const guard = (work) => (stream) => { work(stream).catch((error) => { streams.abort(stream, error) }) }

  await node.handle(protocols.echo, streams.handler(guard(async (stream) => {
    for await (const chunk of streams.read(stream)) await streams.write(stream, chunk)
    await streams.close(stream)
  })), limits)
  await node.handle(protocols.sink, streams.handler(guard(async (stream) => {
    const result = await drain(streams, stream)
    await streams.write(stream, Buffer.from(JSON.stringify(result)))
    await streams.close(stream)
  })), limits)
  await node.handle(protocols.source, streams.handler(guard(async (stream) => {
    let request = ''
    for await (const chunk of streams.read(stream)) request += Buffer.from(chunk).toString()
    const { total, seed } = JSON.parse(request)
    await writePattern(streams, stream, total, seed)
    await streams.close(stream)
  })), limits)
  await node.handle(protocols.reset, streams.handler(guard(async (stream) => {
    streams.abort(stream, new Error('reset on request'))
  })), limits)

  pubsub?.addEventListener('message', ({ detail }) => emit({
    event: 'message',
    topic: detail.topic,
    from: detail.from.toString(),
    sequenceNumber: detail.sequenceNumber?.toString(),
    data: Buffer.from(detail.data).toString('base64'),
  }))
  pubsub?.addEventListener('subscription-change', ({ detail }) => emit({
    event: 'subscriptions',
    peer: detail.peerId.toString(),
    topics: detail.subscriptions.map(({ topic, subscribe }) => ({ topic, subscribe })),
  }))
  node.addEventListener('peer:discovery', ({ detail }) => emit({
    event: 'discovered', peer: detail.id.toString(), addresses: detail.multiaddrs.map(String),
  }))
  node.addEventListener('peer:connect', ({ detail }) => emit({ event: 'connected', peer: detail.toString() }))
  node.addEventListener('peer:disconnect', ({ detail }) => emit({ event: 'disconnected', peer: detail.toString() }))
  node.addEventListener('peer:identify', ({ detail }) => emit({
    event: 'identified',
    peer: detail.peerId.toString(),
    agentVersion: detail.agentVersion,
    protocolVersion: detail.protocolVersion,
    protocols: detail.protocols,
    listenAddrs: detail.listenAddrs.map(String),
    observedAddr: detail.observedAddr?.toString(),
    signedRecord: detail.signedPeerRecord != null,
  }))

  const peer = (text) => peerIdFromString(text)

  // Asked for a peer, js-libp2p dials anew where there is only a limited connection.
  const open = (id, protocol) => {
    const connections = node.getConnections(id)
    const isLimited = connections.length > 0 && connections.every((c) => c.limits != null)
    return isLimited ? connections[0].newStream(protocol, limits) : node.dialProtocol(id, protocol, limits)
  }
  const commands = {
    dial: async ({ address }) => {
      const connection = await node.dial(multiaddr(address))
      return { peer: connection.remotePeer.toString(), multiplexer: connection.multiplexer, encryption: connection.encryption, limited: connection.limits != null }
    },
    dialPeer: async (c) => ({ peer: (await node.dial(peer(c.peer))).remotePeer.toString() }),
    hangUp: async (c) => { await node.hangUp(peer(c.peer)) },
    connections: async () => ({
      connections: node.getConnections().map((c) => ({
        peer: c.remotePeer.toString(), address: c.remoteAddr.toString(), direction: c.direction, limited: c.limits != null,
      })),
    }),
    ping: async (c) => ({ milliseconds: await node.services.ping.ping(peer(c.peer)) }),
    known: async (c) => {
      const known = await node.peerStore.get(peer(c.peer))
      return {
        protocols: known.protocols,
        addresses: known.addresses.map((a) => ({ address: a.multiaddr.toString(), certified: a.isCertified })),
        hasRecord: known.peerRecordEnvelope != null,
      }
    },
    multiaddrs: async () => ({ multiaddrs: node.getMultiaddrs().map(String) }),
    // Of the relay service: who has reserved, and until when (seconds since 1970).
    reservations: async () => ({
      reservations: [...node.services.relay.reservations.entries()].map(([id, r]) => ({ peer: id.toString(), expires: Math.round(r.expiry / 1000) })),
    }),
    // Many streams at once, each echoed and compared; half-closed by us, read to the end.
    echo: async (c) => {
      await Promise.all(Array.from({ length: c.streams }, async (_, i) => {
        const stream = await open(peer(c.peer), protocols.echo)
        const sent = (async () => {
          const hash = await writePattern(streams, stream, c.bytes, i)
          await streams.close(stream)
          return hash
        })()
        const [sha256, received] = await Promise.all([sent, drain(streams, stream)])
        if (received.total !== c.bytes || received.sha256 !== sha256) throw new Error(`stream ${i}: ${received.total} of ${c.bytes} bytes came back`)
      }))
    },
    upload: async (c) => {
      const stream = await open(peer(c.peer), protocols.sink)
      const sha256 = await writePattern(streams, stream, c.bytes, c.seed ?? 0)
      await streams.close(stream)
      let answer = ''
      for await (const chunk of streams.read(stream)) answer += Buffer.from(chunk).toString()
      return { sent: sha256, received: JSON.parse(answer) }
    },
    download: async (c) => {
      const stream = await node.dialProtocol(peer(c.peer), protocols.source, limits)
      await streams.write(stream, Buffer.from(JSON.stringify({ total: c.bytes, seed: c.seed ?? 0 })))
      await streams.close(stream)
      return await drain(streams, stream)
    },
    expectReset: async (c) => {
      const stream = await node.dialProtocol(peer(c.peer), protocols.reset, limits)
      try {
        await streams.write(stream, randomBytes(16))
        await drain(streams, stream)
      } catch (error) {
        return { error: error.name }
      }
      return { error: null }
    },
    // What it knows of its own addresses, and a further one to listen on.
    addresses: async () => ({
      addresses: node.components.addressManager.getAddressesWithMetadata().map((a) => ({ address: a.multiaddr.toString(), verified: a.verified, type: a.type })),
    }),
    listen: async ({ address }) => {
      await node.components.transportManager.listen([multiaddr(address)])
      return { addresses: node.getMultiaddrs().map(String) }
    },
    handle: async (c) => { await node.handle(c.protocol, streams.handler(guard(async (s) => { await streams.close(s) })), limits) },
    unhandle: async (c) => { await node.unhandle(c.protocol) },
    subscribe: async ({ topic }) => { pubsub.subscribe(topic) },
    unsubscribe: async ({ topic }) => { pubsub.unsubscribe(topic) },
    publish: async ({ topic, text, base64, count = 1 }) => {
      const recipients = []
      for (let i = 0; i < count; i++) {
        const data = base64 != null ? Buffer.from(base64, 'base64') : Buffer.from(count > 1 ? `${text} ${i}` : text)
        const result = await pubsub.publish(topic, data)
        if (i === 0) recipients.push(...result.recipients.map(String))
      }
      return { recipients }
    },
    subscribers: async ({ topic }) => ({ peers: pubsub.getSubscribers(topic).map(String) }),
    mesh: async ({ topic }) => ({ peers: pubsub.getMeshPeers(topic) }),
    pubsubStreams: async () => ({
      protocols: Object.fromEntries([...pubsub.streamsOutbound?.entries() ?? []].map(([id, s]) => [id, s.protocol])),
    }),
    stop: async () => { await node.stop(); setImmediate(() => process.exit(0)) },
  }

  emit({ event: 'ready', peer: node.peerId.toString(), addresses: node.getMultiaddrs().map(String) })
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, command, ...parameters } = JSON.parse(line)
    Promise.resolve()
      .then(() => {
        if (commands[command] == null) throw new Error(`no command ${command}`)
        return commands[command](parameters)
      })
      .then(
        (result) => emit({ id, ok: true, ...result }),
        (error) => emit({ id, ok: false, error: `${error.name}: ${error.message}` }),
      )
  }
  // Standard input has ended: the test is gone.
  process.exit(0)
}
