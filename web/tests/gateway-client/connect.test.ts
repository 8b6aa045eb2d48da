import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, GatewayClient, type GatewayStatus } from '@causeway/gateway-client';
import { settled } from '../support/scripted-server.js';
import { code, connected, newClient } from './support.js';

test('connecting asks for a peer first and shows who it is', async () => {
  const { client, server } = newClient({ peerKey: 'kept key' });
  const connecting = client.connect();
  assert.equal(client.peerID, null);
  const socket = await server.next();
  assert.equal(socket.url, 'ws://gateway/ws');
  socket.open();
  const request = await socket.expect('peer');
  assert.deepEqual(request.params, { peerkey: 'kept key' });
  assert.equal(client.connected, false);
  socket.answer(request, { peerid: '12D3', peerkey: 'kept key', version: '1.0.0' });
  assert.equal(await connecting, client);
  assert.deepEqual([client.peerID, client.peerKey, client.version, client.connected], ['12D3', 'kept key', '1.0.0', true]);
  client.close();
});

test('without a key the gateway is asked for a new one', async () => {
  const { client, server } = newClient();
  const connecting = client.connect();
  const request = await (await server.next()).welcome('fresh');
  assert.deepEqual(request.params, {});
  await connecting;
  assert.equal(client.peerKey, 'fresh');
  client.close();
});

test('the status goes from server to network to connected, and to closed', async () => {
  const { client, server } = newClient();
  const states: GatewayStatus[] = [];
  client.on('status', (status) => states.push(status));
  const connecting = client.connect();
  await (await server.next()).welcome();
  await connecting;
  client.close();
  assert.deepEqual(states, [
    { state: 'connecting-to-server', attempt: 1 },
    { state: 'connecting-to-network', attempt: 1 },
    { state: 'connected' },
    { state: 'closed' },
  ]);
});

test('a first attempt that fails rejects', async () => {
  const { client, server } = newClient();
  const connecting = client.connect();
  (await server.next()).drop(1006);
  await assert.rejects(connecting, code('connection-lost'));
  assert.equal(client.status.state, 'closed');
});

test('a first attempt that fails is repeated when asked for', async () => {
  const { client, server } = newClient({ keepTrying: true });
  const connecting = client.connect();
  (await server.next()).drop(1006);
  await (await server.next()).welcome();
  await connecting;
  assert.ok(client.connected);
  client.close();
});

test('a key that the gateway refuses is not offered again', async () => {
  const { client, server } = newClient({ keepTrying: true, peerKey: 'nonsense' });
  const connecting = client.connect();
  const socket = await server.next();
  socket.open();
  socket.refuse(await socket.expect('peer'), 400, 'invalid params: peerkey is not base64');
  await assert.rejects(connecting, code('bad-request'));
  await settled();
  assert.equal(server.attempts, 0);
});

test('the ghost of a reloaded page is waited out', async () => {
  const { client, server } = newClient();
  const connecting = client.connect();
  const ghosted = await server.next();
  ghosted.open();
  ghosted.refuse(await ghosted.expect('peer'), 500, 'peer ID already in use (possible duplicate browser tab)');
  await (await server.next()).welcome();
  await connecting;
  client.close();
});

test('a duplicated tab learns that its peer ID is in use', async () => {
  const { client, server } = newClient({ peerInUseGraceMs: 0, keepTrying: true });
  const connecting = client.connect();
  const socket = await server.next();
  socket.open();
  socket.refuse(await socket.expect('peer'), 500, 'peer ID already in use (possible duplicate browser tab)');
  await assert.rejects(connecting, code('peer-in-use'));
});

test('a WebSocket that never opens times out', async () => {
  const { client, server } = newClient({ connectTimeoutMs: 1 });
  const connecting = client.connect();
  const socket = await server.next();
  await assert.rejects(connecting, code('timeout'));
  assert.ok(socket.closedByClient);
});

test('a signal ends the attempt to connect', async () => {
  const controller = new AbortController();
  const { client, server } = newClient({ signal: controller.signal, keepTrying: true });
  const connecting = client.connect();
  const socket = await server.next();
  controller.abort(new Error('enough'));
  await assert.rejects(connecting, code('aborted'));
  assert.ok(socket.closedByClient);
  assert.equal(client.status.state, 'closed');
});

test('a signal that has fired already prevents any attempt', async () => {
  const { client, server } = newClient({ signal: AbortSignal.abort() });
  await assert.rejects(client.connect(), code('aborted'));
  assert.equal(server.attempts, 0);
});

test('an answer without an identity is an error', async () => {
  const { client, server } = newClient();
  const connecting = client.connect();
  const socket = await server.next();
  socket.open();
  socket.answer(await socket.expect('peer'), { version: '1' });
  await assert.rejects(connecting, code('protocol'));
});

test('an address that is none rejects', async () => {
  await assert.rejects(connect({ webSocket: () => { throw new SyntaxError('bad URL'); }, url: '::' }), code('invalid-argument'));
});

test('connecting twice gives the same connection', async () => {
  const { client, server } = await connected();
  assert.equal(await client.connect(), client);
  assert.equal(server.attempts, 0);
  client.close();
});

test('a time-out must be more than nothing', () => {
  assert.throws(() => new GatewayClient({ connectTimeoutMs: 0 }), code('invalid-argument'));
});
