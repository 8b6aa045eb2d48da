import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { launch } from './browser.js';
import { filesOf, ownFiles, row, saved, upload } from './file-steps.js';
import { isFake, startGateway, type TestGateway } from './gateway.js';
import { startNode } from './node.js';
import { Person } from './person.js';

const megabyte = 1_000_000;
const isSoak = process.env.CAUSEWAY_SOAK === '1';
const size = (isSoak ? 500 : 100) * megabyte;
const largeMs = 600_000;

/** The first file fills caches and pools. What the second may add: buffers, and what a garbage collector leaves lying about. */
const firstSize = 60 * megabyte;
const growth = { gateway: 150 * megabyte, page: 10 * megabyte };

const options = { skip: isFake && 'the gateway of the tests keeps everything in memory' };

test('a large file goes from page to page over two gateways, and neither grows with it', options, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-files-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const files = [
    { name: 'first.bin', hash: await writeFile(join(folder, 'first.bin'), firstSize, 1) },
    { name: 'large.bin', hash: await writeFile(join(folder, 'large.bin'), size, 2) },
  ];
  const node = await startNode(t);
  const gateways = await Promise.all([startGateway('--bootstrap', node), startGateway('--bootstrap', node)]);
  t.after(() => Promise.all(gateways.map((gateway) => gateway.kill())));
  const browser = await launch();
  t.after(() => browser.close());
  const [ada, bob] = [await Person.arrive(browser, gateways[0].url, 'Ada'), await Person.arrive(browser, gateways[1].url, 'Bob')];
  await ownFiles(ada);
  await filesOf(bob, 'Ada');
  const peaks: Array<{ gateways: number[]; pages: number[] }> = [];
  for (const { name, hash } of files) {
    const watched = gateways.map((gateway) => new Peak(gateway));
    await upload(ada, join(folder, name));
    await ada.page.locator('.upload[data-state="done"]').filter({ hasText: name }).waitFor({ timeout: largeMs });
    await row(bob, name).waitFor();
    assert.equal(await saved(bob, name, largeMs), hash);
    peaks.push({ gateways: watched.map((peak) => peak.end()), pages: await Promise.all([heapOf(ada), heapOf(bob)]) });
  }

  const [first, large] = peaks;
  assert.ok(first && large);
  const more = { gateways: difference(large.gateways, first.gateways), pages: difference(large.pages, first.pages) };
  const inMegabytes = (bytes: number[]): string => bytes.map((one) => (one / megabyte).toFixed(1)).join(' and ');
  console.log(`${size / megabyte} MB after ${firstSize / megabyte} MB: gateways at most ${inMegabytes(large.gateways)} MB (${inMegabytes(more.gateways)} more than before), pages ${inMegabytes(large.pages)} MB (${inMegabytes(more.pages)} more)`);
  for (const bytes of more.gateways) assert.ok(bytes < growth.gateway, `a gateway grew by ${bytes} bytes`);
  for (const bytes of more.pages) assert.ok(bytes < growth.page, `a page grew by ${bytes} bytes`);
  await Promise.all([ada.leave(), bob.leave()]);
});

function difference(after: readonly number[], before: readonly number[]): number[] {
  return after.map((bytes, i) => bytes - (before[i] ?? 0));
}

/** The most memory that a gateway holds until the end. */
class Peak {
  readonly #timer: NodeJS.Timeout;
  #most: number;

  constructor(gateway: TestGateway) {
    this.#most = gateway.residentBytes();
    this.#timer = setInterval(() => (this.#most = Math.max(this.#most, gateway.residentBytes())), 50);
  }

  end(): number {
    clearInterval(this.#timer);
    return this.#most;
  }
}

/** What the page's JavaScript holds after a collection, in bytes. */
async function heapOf(person: Person): Promise<number> {
  const session = await person.context.newCDPSession(person.page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

/** Writes a file that does not compress, and gives its hash. */
async function writeFile(path: string, length: number, seed: number): Promise<string> {
  const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, seed), Buffer.alloc(16));
  const hash = createHash('sha256');
  const file = createWriteStream(path);
  for (let left = length; left > 0; left -= megabyte) {
    const part = cipher.update(Buffer.alloc(Math.min(left, megabyte)));
    hash.update(part);
    if (!file.write(part)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  return hash.digest('hex');
}
