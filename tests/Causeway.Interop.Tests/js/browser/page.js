// A page with a peer, whose commands (globalThis.commands) pages.mjs calls.
import { multiaddr } from '@multiformats/multiaddr'
import { createPeer } from './peer.js'

const echoProtocol = '/test/echo/1.0.0'
const limited = { runOnLimitedConnection: true }

// As long as a test waits. js-libp2p's own times (5 to 10 seconds) are those of machines that have nothing else to do.
const patience = 120_000

const peer = await createPeer({
  timeout: patience,
  // What is dialed here is on this machine and has no TLS; pages do not dial that unless they are told to.
  connectionGater: { denyDialMultiaddr: () => false },
  connectionManager: {
    dialTimeout: patience,
    // Not longer: this is also what ends a dial that hangs, see below.
    addressDialTimeout: 15_000,
    inboundUpgradeTimeout: patience,
    inboundStreamProtocolNegotiationTimeout: patience,
    outboundStreamProtocolNegotiationTimeout: patience,
  },
  connectionMonitor: { enabled: false },
})

await peer.handle(echoProtocol, async (stream) => {
  try {
    for await (const chunk of stream) await send(stream, chunk.subarray())
    await stream.close()
  } catch (error) {
    stream.abort(error)
  }
}, limited)

async function send (stream, data) {
  if (!stream.send(data)) await stream.onDrain()
}

const connections = (id) => peer.getConnections().filter((connection) => connection.remotePeer.toString() === id)

// @libp2p/webrtc 6.0 misses an event in about one dial of eight and then hangs, whoever relays: dials until it succeeds.
async function dial (address) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await peer.dial(multiaddr(address))
    } catch (error) {
      console.warn(`attempt ${attempt}: ${error.name}: ${error.message}`)
    }
  }
}

// Resolves with what `look` returns as soon as that is something; it looks again whenever there is such an event.
function observe (event, look) {
  return new Promise((resolve) => {
    const check = () => {
      const found = look()
      if (!found) return
      peer.removeEventListener(event, check)
      resolve(found)
    }
    peer.addEventListener(event, check)
    check()
  })
}

globalThis.commands = {
  id: () => peer.peerId.toString(),

  // Connects to a relay and returns this peer's addresses once it waits there.
  reserve: async ({ address }) => {
    await dial(address)
    return await observe('self:peer:update', () => {
      const addresses = peer.getMultiaddrs().map(String)
      return addresses.some((a) => a.includes('/p2p-circuit/webrtc')) && addresses
    })
  },

  dial: async ({ address }) => {
    const { remoteAddr, limits } = await dial(address)
    return { address: remoteAddr.toString(), limited: limits != null }
  },

  disconnected: async ({ peer: id }) => { await observe('connection:close', () => connections(id).length === 0) },

  // Sends bytes over the newest connection of that kind (of older ones the other side may have given up the dial) and compares what comes back.
  echo: async ({ peer: id, bytes, overLimited = false }) => {
    const connection = connections(id).findLast((c) => (c.limits != null) === overLimited)
    const stream = await connection.newStream(echoProtocol, limited)
    const sent = new Uint8Array(bytes)
    for (let i = 0; i < bytes; i += 65_536) crypto.getRandomValues(sent.subarray(i, i + 65_536))
    const sending = (async () => {
      for (let i = 0; i < bytes; i += 16_384) await send(stream, sent.subarray(i, i + 16_384))
      await stream.close()
    })()
    const receiving = (async () => {
      let received = 0
      for await (const chunk of stream) {
        for (const byte of chunk.subarray()) if (byte !== sent[received++]) throw new Error(`byte ${received - 1} is not what was sent`)
      }
      return received
    })()
    const [received] = await Promise.all([receiving, sending])
    if (received !== bytes) throw new Error(`${received} of ${bytes} bytes came back`)
  },
}
