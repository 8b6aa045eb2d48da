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
const size = (isSoak ? 500 : 60) * megabyte;

/** A buffer, and what a garbage collector leaves lying about: far less than the file of the full count. */
const growth = { gateway: 200 * megabyte, page: 30 * megabyte };

const options = { skip: isFake && 'the gateway of the tests keeps everything in memory' };

test('a large file goes from page to page over two gateways, and neither grows with it', options, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-files-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const hash = await writeFile(join(folder, 'large.bin'), size);
  const node = await startNode(t);
  const gateways = await Promise.all([startGateway('--bootstrap', node), startGateway('--bootstrap', node)]);
  t.after(() => Promise.all(gateways.map((gateway) => gateway.kill())));
  const browser = await launch();
  t.after(() => browser.close());
  const [ada, bob] = [await Person.arrive(browser, gateways[0].url, 'Ada'), await Person.arrive(browser, gateways[1].url, 'Bob')];
  await ownFiles(ada);
  await filesOf(bob, 'Ada');
  const [before, peaks] = [await Promise.all([heapOf(ada), heapOf(bob)]), gateways.map((gateway) => new Peak(gateway))];
  await upload(ada, join(folder, 'large.bin'));
  await ada.page.locator('.upload[data-state="done"]').waitFor({ timeout: 600_000 });
  await row(bob, 'large.bin').waitFor();
  assert.equal(await saved(bob, 'large.bin', 600_000), hash);
  const after = await Promise.all([heapOf(ada), heapOf(bob)]);
  const grown = peaks.map((peak) => peak.end());
  console.log(`${size / megabyte} MB: gateways grew by ${grown.map((bytes) => Math.round(bytes / megabyte)).join(' and ')} MB, pages by ${after.map((bytes, i) => ((bytes - (before[i] ?? 0)) / megabyte).toFixed(1)).join(' and ')} MB`);
  for (const bytes of grown) assert.ok(bytes < growth.gateway, `a gateway grew by ${bytes} bytes`);
  after.forEach((bytes, i) => assert.ok(bytes - (before[i] ?? 0) < growth.page, `a page grew by ${bytes - (before[i] ?? 0)} bytes`));
  await Promise.all([ada.leave(), bob.leave()]);
});

/** The most memory that a gateway held over what it held at first. */
class Peak {
  readonly #first: number;
  readonly #timer: NodeJS.Timeout;
  #most: number;

  constructor(gateway: TestGateway) {
    this.#first = this.#most = gateway.residentBytes();
    this.#timer = setInterval(() => (this.#most = Math.max(this.#most, gateway.residentBytes())), 50);
  }

  end(): number {
    clearInterval(this.#timer);
    return this.#most - this.#first;
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
async function writeFile(path: string, length: number): Promise<string> {
  const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32), Buffer.alloc(16));
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
