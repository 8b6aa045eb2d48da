// node pubsub.mjs SUBSCRIBERS MESSAGES BYTES: one publisher connected to all subscribers over TCP, all in this process;
// prints one JSON line with the deliveries and the seconds they took.
import { create } from './node.mjs'

const [subscribers, messages, bytes] = process.argv.slice(2).map(Number)
const topic = 'bench'
const publisher = await create({ listen: false, pubsub: true })
const nodes = await Promise.all(Array.from({ length: subscribers }, () => create({ pubsub: true })))

const total = subscribers * messages
let delivered = 0
let finish
const finished = new Promise((resolve) => { finish = resolve })
for (const node of nodes) {
  node.services.pubsub.addEventListener('message', () => { if (++delivered === total) finish() })
  node.services.pubsub.subscribe(topic)
  await publisher.dial(node.getMultiaddrs())
}
while (publisher.services.pubsub.getSubscribers(topic).length < subscribers) await new Promise((resolve) => setTimeout(resolve, 20))

const data = new Uint8Array(bytes)
const start = performance.now()
for (let i = 0; i < messages; i++) await publisher.services.pubsub.publish(topic, data)
const late = setTimeout(finish, 60_000)
await finished
clearTimeout(late)
console.log(JSON.stringify({ deliveries: delivered, expected: total, seconds: (performance.now() - start) / 1000 }))
process.exit(0)
