import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { connect, type ConnectOptions, type GatewayClient, type TransferProgress } from '@causeway/gateway-client';
import { FakeGateway } from '../support/fake-gateway.js';
import { MemorySocket } from '../support/memory-socket.js';
import { code, connected, newClient } from './support.js';

const mebibyte = 1024 * 1024;

test('a tree is listed by path, a folder before what is in it', async (t) => {
  const { peer } = await stage(t);
  await peer.storeFile('notes/b.txt', 'b');
  await peer.storeFile('notes-2.txt', 'n');
  await peer.createDirectory('notes/a');
  const tree = await peer.listFiles();
  assert.equal(tree.peerID, peer.peerID);
  assert.equal(tree.cid, peer.rootDirectory);
  assert.deepEqual(tree.entries.map(({ path, type }) => [path, type]), [
    ['notes', 'directory'], ['notes/a', 'directory'], ['notes/b.txt', 'file'], ['notes-2.txt', 'file'],
  ]);
  assert.equal(tree.entries[2]?.mimeType, 'text/plain; charset=utf-8');
});

test("another peer's files are listed and fetched", async (t) => {
  const { peer, another } = await stage(t);
  const friend = await another();
  const { fileCid } = await friend.storeFile('hello.txt', 'Hello, wörld!');
  const [entry] = (await peer.listFiles(friend.peerID ?? '')).entries;
  assert.equal(entry?.cid, fileCid);
  const file = await peer.getFile(fileCid, friend.peerID ?? '');
  assert.ok(file.type === 'file');
  assert.equal(new TextDecoder().decode(file.content), 'Hello, wörld!');
  const folder = await peer.getFile((await friend.listFiles()).cid);
  assert.ok(folder.type === 'directory');
  assert.deepEqual([...folder.entries], [['hello.txt', fileCid]]);
});

test('what cannot be had is an error that says so', async (t) => {
  const { peer } = await stage(t);
  await assert.rejects(peer.listFiles('12D3KooWNobody'), code('file-unavailable'));
  await assert.rejects(peer.getFile('bafynothing'), code('file-unavailable'));
  await assert.rejects(peer.removeFile('nothing'), code('not-found'));
  await assert.rejects(peer.storeFile('../x', ''), code('bad-request'));
});

test('several requests may wait for the same file', async () => {
  const { client, socket } = await connected();
  const first = client.getFile('c1');
  const second = client.getFile('c1');
  const other = client.getFile('c2');
  for (let i = 0; i < 3; i++) socket.answer(await socket.expect('getfile'));
  socket.push('gotFile', { cid: 'c2', success: true, content: { type: 'file', mimeType: 'text/plain', content: btoa('two') } });
  socket.push('gotFile', { cid: 'c1', success: true, content: { type: 'file', mimeType: 'text/plain', content: btoa('one') } });
  socket.push('gotFile', { cid: 'c1', success: false, content: { error: 'gone' } });
  assert.equal((await other).cid, 'c2');
  assert.equal((await first).cid, 'c1');
  await assert.rejects(second, /gone/);
  client.close();
});

test('requests that wait for files fail when the connection is lost', async () => {
  const { client, socket } = await connected({ reconnect: false });
  const listing = client.listFiles('someone');
  socket.answer(await socket.expect('listfiles'));
  socket.drop();
  await assert.rejects(listing, code('connection-lost'));
});

test('the root directory is followed, told, and asked for again after a loss', async () => {
  const { client, server, socket } = await connected();
  const roots: string[] = [];
  client.on('rootDirectory', (cid) => void roots.push(cid));
  const stored = client.storeFile('a', 'A');
  socket.answer(await socket.expect('fileaccess'), { token: 't', rootCid: 'root-0', notifyTopic: null });
  const request = await socket.expect('storefile');
  assert.deepEqual(request.params, { path: 'a', content: btoa('A'), directory: false });
  socket.push('rootDirectory', { cid: 'root-1' });
  socket.answer(request, { fileCid: 'a', rootCid: 'root-1' });
  assert.deepEqual(await stored, { fileCid: 'a', rootCid: 'root-1' });
  assert.deepEqual(roots, ['root-0', 'root-1']);
  socket.drop();
  const next = await server.next();
  assert.deepEqual((await next.welcome()).params, { peerkey: 'key-1', rootDirectory: 'root-1' });
  await next.expect('fileaccess');
  client.close();
});

test('a root directory that the gateway has lost is reported, and the peer comes without it', async () => {
  const { client, server } = newClient({ peerKey: 'key-1', rootDirectory: 'Qmlost' });
  const problems: unknown[] = [];
  client.on('error', (error) => void problems.push(error));
  const connecting = client.connect();
  const socket = await server.next();
  socket.open();
  const first = await socket.expect('peer');
  assert.deepEqual(first.params, { peerkey: 'key-1', rootDirectory: 'Qmlost' });
  socket.refuse(first, 409, 'rootDirectory Qmlost is not here');
  const second = await socket.expect('peer');
  assert.deepEqual(second.params, { peerkey: 'key-1' });
  socket.answer(second, { peerid: 'peer-1', peerkey: 'key-1', version: '1' });
  await connecting;
  assert.equal(problems.length, 1);
  assert.equal(client.rootDirectory, null);
  client.close();
});

test('changes of files are heard from whoever tells them of himself', async (t) => {
  const { peer, another } = await stage(t);
  const friend = await another();
  const changes: string[] = [];
  const heard = new Promise<void>((resolve) => {
    peer.onFilesChanged((peerID) => {
      changes.push(peerID);
      if (peerID === friend.peerID) resolve();
    });
  });
  await peer.listPeers('barrier');
  await friend.publish('fake-files', { type: 'p2p-webapp-file-update', peer: peer.peerID });
  await friend.storeFile('a', 'A');
  await heard;
  assert.deepEqual(changes, [friend.peerID]);
});

test('a large file goes up in parts, with progress', async (t) => {
  const { peer, gateway } = await stage(t);
  const bytes = pattern(5 * mebibyte + 17);
  const progress: TransferProgress[] = [];
  const { fileCid } = await peer.uploadFile('films/a b?.bin', new Blob([bytes]), { onProgress: (p) => void progress.push(p) });
  assert.deepEqual(progress.map(({ loaded }) => loaded), [2 * mebibyte, 4 * mebibyte, bytes.length]);
  assert.ok(progress.every(({ total }) => total === bytes.length));
  assert.equal(gateway.http.log[0], 'PUT /files/films/a%20b%3F.bin');
  assert.deepEqual(await contentOf(peer, fileCid), bytes);
});

test('an upload goes on where it broke, whether or not the gateway had got the part', async (t) => {
  const { peer, gateway } = await stage(t);
  const bytes = pattern(7 * mebibyte);
  for (const source of [new Blob([bytes]), streamOf(bytes)]) {
    gateway.http.breaks.push('before');
    let parts = 0;
    const { fileCid } = await peer.uploadFile('x', source, {
      onProgress: () => {
        parts += 1;
        if (parts === 1) gateway.http.breaks.push('after', 'before');
        if (parts === 2) gateway.http.breaks.push('before');
        if (parts === 4) gateway.http.breaks.push('after');
      },
    });
    assert.deepEqual(await contentOf(peer, fileCid), bytes);
  }
});

test('an upload ends when it is aborted, and the gateway forgets it', async (t) => {
  const { peer, gateway } = await stage(t);
  const abort = new AbortController();
  const uploading = peer.uploadFile('x', new Blob([pattern(5 * mebibyte)]), { signal: abort.signal, onProgress: () => abort.abort() });
  await assert.rejects(uploading, code('aborted'));
  await peer.listPeers('barrier');
  assert.equal(gateway.http.log.at(-1), 'DELETE /uploads/1');
  assert.deepEqual((await peer.listFiles()).entries, []);
});

test('an upload that the gateway refuses fails at once', async (t) => {
  const { peer } = await stage(t);
  await assert.rejects(peer.uploadFile('a//b', 'x'), code('bad-request'));
});

test('an upload gives up after as many failures as it was told', async (t) => {
  const { peer, gateway } = await stage(t);
  gateway.http.breaks.push('before', 'before', 'before');
  await assert.rejects(peer.uploadFile('x', 'x', { retries: 2 }), code('network'));
});

test('a part of a file is downloaded', async (t) => {
  const { peer } = await stage(t);
  const { fileCid, rootCid } = await peer.uploadFile('dir/x.txt', '0123456789');
  const download = await peer.downloadFile(fileCid, { range: { start: 2, end: 5 } });
  assert.equal(download.size, 3);
  assert.equal(await (await download.blob()).text(), '234');
  const named = await peer.downloadFile(rootCid, { path: 'dir/x.txt', range: { start: 7 } });
  assert.equal(named.mimeType, 'text/plain; charset=utf-8');
  assert.equal(await (await named.blob()).text(), '789');
  await assert.rejects(peer.downloadFile(fileCid, { range: { start: 3, end: 3 } }), code('invalid-argument'));
});

test('a download that breaks goes on with the byte where it broke', async (t) => {
  const { peer, gateway } = await stage(t, (inner) => breakingBodies(inner, 1000));
  const bytes = pattern(3500);
  const { fileCid } = await peer.uploadFile('x', bytes);
  const progress: number[] = [];
  const download = await peer.downloadFile(fileCid, { onProgress: ({ loaded }) => void progress.push(loaded) });
  assert.deepEqual(new Uint8Array(await (await download.blob()).arrayBuffer()), bytes);
  assert.equal(progress.at(-1), bytes.length);
  assert.equal(gateway.http.log.filter((line) => line.startsWith('GET')).length, 4);
});

test('the address of a file has what is needed and no secret', async (t) => {
  const { peer } = await stage(t);
  assert.equal(peer.fileUrl('bafy1'), 'http://gateway/ipfs/bafy1');
  assert.equal(peer.fileUrl('Qm1', 'a b/c#.txt', { peer: '12D3', download: 'c&d.txt' }), 'http://gateway/ipfs/Qm1/a%20b/c%23.txt?peer=12D3&filename=c%26d.txt');
});

async function stage(
  t: TestContext,
  wrap: (fetch: NonNullable<ConnectOptions['fetch']>) => NonNullable<ConnectOptions['fetch']> = (fetch) => fetch,
): Promise<{ gateway: FakeGateway; peer: GatewayClient; another: () => Promise<GatewayClient> }> {
  const gateway = new FakeGateway();
  const another = async (): Promise<GatewayClient> => {
    const client = await connect({
      url: 'ws://gateway/ws',
      webSocket: () => new MemorySocket(gateway),
      fetch: wrap(gateway.http.fetch),
      reconnect: { initialDelayMs: 1, maxDelayMs: 1 },
    });
    t.after(() => client.close());
    return client;
  };
  return { gateway, peer: await another(), another };
}

async function contentOf(peer: GatewayClient, cid: string): Promise<Uint8Array> {
  return new Uint8Array(await (await (await peer.downloadFile(cid)).blob()).arrayBuffer());
}

function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255);
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(offset, offset + 300_001));
      offset += 300_001;
    },
  });
}

/** Every body breaks after some bytes, unless it is shorter. */
function breakingBodies(fetch: NonNullable<ConnectOptions['fetch']>, length: number): NonNullable<ConnectOptions['fetch']> {
  return async (url, init) => {
    const response = await fetch(url, init);
    const bytes = new Uint8Array(await response.arrayBuffer());
    let sent = false;
    const body = new ReadableStream({
      pull(controller) {
        if (sent) return bytes.length > length ? controller.error(new TypeError('terminated')) : controller.close();
        sent = true;
        controller.enqueue(bytes.slice(0, length));
        if (bytes.length === 0) controller.close();
      },
    });
    return new Response([204, 304].includes(response.status) ? null : body, response);
  };
}
