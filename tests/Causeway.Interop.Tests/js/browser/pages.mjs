// Pages with js-libp2p in Chromium that a test drives as it drives ../peer-program.mjs: one JSON command per line, { id, command, page, … }.
import { createServer } from 'node:http'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'

const emit = (value) => process.stdout.write(JSON.stringify(value) + '\n')
process.stdout.on('error', () => process.exit(0))
const { executable } = JSON.parse(process.argv[2])
const patience = 120_000

const { outputFiles: [{ text: script }] } = await build({
  absWorkingDir: dirname(fileURLToPath(import.meta.url)),
  entryPoints: ['page.js'],
  bundle: true,
  format: 'esm',
  write: false,
  logLevel: 'error',
})
const server = createServer((request, response) => {
  const isScript = request.url === '/page.js'
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
  response.end(isScript ? script : '<!doctype html><title>A peer</title><script type="module" src="/page.js"></script>')
})
await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))

// WebRTC hides local addresses behind names that mDNS resolves, which a test machine may lack.
const args = [
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
]
const browser = await chromium.launch({ executablePath: executable, headless: true, chromiumSandbox: false, args, timeout: patience })
const pages = new Map()

async function open (name) {
  const page = await (await browser.newContext()).newPage()
  pages.set(name, page)
  page.on('console', (message) => process.stderr.write(`page ${name}: ${message.text()}\n`))
  page.on('pageerror', (error) => process.stderr.write(`page ${name}: ${error.stack}\n`))
  page.setDefaultTimeout(patience)
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  await page.waitForFunction(() => globalThis.commands != null)
  return await page.evaluate(() => globalThis.commands.id())
}

async function run ({ page, command, ...parameters }) {
  if (command === 'open') return await open(page)
  if (command === 'close') return await browser.close()
  return await pages.get(page).evaluate(([name, values]) => globalThis.commands[name](values), [command, parameters])
}

emit({ event: 'ready', peer: '', addresses: [] })
for await (const line of createInterface({ input: process.stdin })) {
  const { id, ...call } = JSON.parse(line)
  run(call).then(
    (result) => emit({ id, ok: true, result }),
    (error) => emit({ id, ok: false, error: error.message }),
  )
}
// Standard input has ended: the test is gone.
await browser.close()
process.exit(0)
