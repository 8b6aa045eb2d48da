import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { connect, GatewayError, type ConnectOptions, type GatewayClient } from '@causeway/gateway-client';
import { WebSocket } from 'ws';
import { isFake, startGateway, type TestGateway } from './gateway.js';

const mebibyte = 1024 * 1024;

// The client without a browser, against the real gateway.
test('a large file goes up with progress and comes down again, whole, in part, and to another page', { skip: isFake }, async (t) => {
  const { peer, another } = await stage(t);
  const bytes = pattern(24 * mebibyte + 5);
  const progress: number[] = [];
  const { fileCid, rootCid } = await peer.uploadFile('films/a lake.bin', new Blob([bytes]), { onProgress: ({ loaded }) => void progress.push(loaded) });
  assert.equal(progress.at(-1), bytes.length);
  assert.ok(progress.length > 10 && progress.every((loaded, i) => i === 0 || loaded > (progress[i - 1] ?? 0)));
  assert.equal(peer.rootDirectory, rootCid);

  const friend = await another();
  const tree = await friend.listFiles(peer.peerID ?? '');
  assert.deepEqual(tree.entries.map(({ path, cid }) => [path, cid === fileCid]), [['films', false], ['films/a lake.bin', true]]);
  const download = await friend.downloadFile(fileCid, { peer: peer.peerID ?? '' });
  assert.equal(download.size, bytes.length);
  assert.equal(hash(new Uint8Array(await (await download.blob()).arrayBuffer())), hash(bytes));
  const part = await friend.downloadFile(rootCid, { path: 'films/a lake.bin', range: { start: 5 * mebibyte - 1, end: 5 * mebibyte + 1 } });
  assert.deepEqual(new Uint8Array(await (await part.blob()).arrayBuffer()), bytes.slice(5 * mebibyte - 1, 5 * mebibyte + 1));
});

test('the gateway gives the CIDs that all gateways give', { skip: isFake }, async (t) => {
  const { peer } = await stage(t);
  assert.equal((await peer.listFiles()).cid, 'Qma5kEnM5fEKTXrFC5zXYRy5QG3hcMWopoFS7ijhxx19qc');
  const hello = 'bafybeidv23lyayv4rdysncmjvqh3w46dysaruzqnkageemmc5xu2sywrya';
  assert.equal((await peer.storeFile('a', 'Hello, world!')).fileCid, hello);
  assert.equal((await peer.uploadFile('b', 'Hello, world!')).fileCid, hello);
  const file = await peer.getFile(hello);
  assert.ok(file.type === 'file' && new TextDecoder().decode(file.content) === 'Hello, world!');
  await assert.rejects(peer.removeFile('c'), (error) => GatewayError.is(error, 'not-found'));
  await assert.rejects(peer.storeFile('a/b', ''), (error) => GatewayError.is(error, 'conflict'));
  await assert.rejects(peer.uploadFile('a/b', ''), (error) => GatewayError.is(error, 'conflict'));
});

test('an upload survives the death of the gateway, and so does the tree', { skip: isFake }, async (t) => {
  const { gateway, peer } = await stage(t);
  await peer.storeFile('before', 'death');
  const before = peer.rootDirectory;
  const bytes = pattern(16 * mebibyte);
  let isDead: Promise<void> | undefined;
  const uploading = peer.uploadFile('x', new Blob([bytes]), {
    retries: 100,
    onProgress: ({ loaded }) => {
      if (loaded >= 6 * mebibyte) isDead ??= gateway.kill().then(() => gateway.restart());
    },
  });
  const { fileCid } = await uploading;
  await isDead;
  const tree = await peer.listFiles();
  assert.notEqual(before, tree.cid);
  assert.deepEqual(tree.entries.map(({ path }) => path), ['before', 'x']);
  assert.equal(hash(new Uint8Array(await (await (await peer.downloadFile(fileCid)).blob()).arrayBuffer())), hash(bytes));
});

test('others hear of a change at once where the site has a topic for it', { skip: isFake }, async (t) => {
  const { peer, another } = await stage(t);
  const friend = await another();
  const heard = new Promise<string>((resolve) => void friend.onFilesChanged(resolve));
  peer.onFilesChanged(() => {});
  // Until the topic has its mesh, a notice may find nobody.
  let changes = 0;
  const timer = setInterval(() => void peer.storeFile('a', String(changes++)).catch(() => {}), 100);
  t.after(() => clearInterval(timer));
  assert.equal(await heard, peer.peerID);
});

async function stage(t: TestContext): Promise<{ gateway: TestGateway; peer: GatewayClient; another: () => Promise<GatewayClient> }> {
  const gateway = await startGateway();
  t.after(() => gateway.kill());
  const another = async (): Promise<GatewayClient> => {
    const options: ConnectOptions = {
      url: `${gateway.url.replace('http', 'ws')}ws`,
      webSocket: (url) => new WebSocket(url) as never,
      reconnect: { initialDelayMs: 100, maxDelayMs: 1_000 },
      timeoutMs: 60_000,
      connectTimeoutMs: 60_000,
    };
    const client = await connect(options);
    client.on('error', () => {});
    t.after(() => client.close());
    return client;
  };
  return { gateway, peer: await another(), another };
}

function pattern(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let i = 0, x = 1; i < length; i++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = x >>> 24;
  }
  return bytes;
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
