import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { connect, type ConnectOptions, type GatewayClient } from '@causeway/gateway-client';
import { FakeGateway } from '../support/fake-gateway.js';
import { MemorySocket } from '../support/memory-socket.js';
import { TestStorage } from '../support/memory-storage.js';

const readme = new URL('../../gateway-client/README.md', import.meta.url);

test('the programs in the README do what they say', async () => {
  const gateway = new FakeGateway();
  const clients: GatewayClient[] = [];
  const connectHere = async (options: ConnectOptions = {}): Promise<GatewayClient> => {
    const client = await connect({ url: 'ws://gateway/ws', webSocket: () => new MemorySocket(gateway), fetch: gateway.http.fetch, ...options });
    clients.push(client);
    return client;
  };
  const friend = await connectHere();
  const notes: unknown[] = [];
  await friend.start('/notes/1.0.0', (_from, note) => void notes.push(note));
  const { fileCid } = await friend.storeFile('tea.txt', 'green');
  const printed: string[] = [];
  const storage = Object.assign(new TestStorage(), { peerKey: undefined as string | undefined, rootDirectory: undefined as string | undefined });

  const programs = [...(await readFile(readme, 'utf8')).matchAll(/```js\n(.*?)```/gs)].map(([, program]) => program ?? '');
  assert.equal(programs.length, 3);
  for (const program of programs) {
    // Each is a page of its own; the last one was closed.
    clients.splice(1).forEach((client) => client.close());
    await friend.listPeers('barrier');
    const body = program.replace(/^import .*$/m, '').replace('12D3KooW…', friend.peerID ?? '');
    const run = new Function('connect', 'console', 'localStorage', `return (async () => {${body}})()`) as (...args: unknown[]) => Promise<void>;
    await run(connectHere, { log: (...words: unknown[]) => printed.push(words.join(' ')) }, storage);
  }
  assert.deepEqual(notes, [{ text: 'Buy milk' }]);
  assert.deepEqual(printed.slice(1), ['delivered', '6 of 6', `tea.txt http://gateway/ipfs/${fileCid}`]);
  assert.match(storage.rootDirectory ?? '', /^Qm/);
  assert.ok(printed[0]?.endsWith(': Hello, everybody'));
  assert.match(storage.peerKey ?? '', /^CAESQ/);
  for (const client of clients) client.close();
});
