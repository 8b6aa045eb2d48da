import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled } from '../support/scripted-server.js';
import { code, connected, newClient } from './support.js';

test('send resolves on the acknowledgement, not on the answer', async () => {
  const { client, socket } = await connected();
  let delivered = false;
  const sending = client.send('bob', '/chat/1', { text: 'hi' }).then(() => (delivered = true));
  const request = await socket.expect('send');
  assert.deepEqual(request.params, { peer: 'bob', protocol: '/chat/1', data: { text: 'hi' }, ack: 0 });
  socket.answer(request);
  await settled();
  assert.equal(delivered, false);
  socket.push('ack', { ack: 0 });
  await sending;
  client.close();
});

test('an acknowledgement may come before the answer', async () => {
  const { client, socket } = await connected();
  const sending = client.send('bob', '/chat/1', 1);
  const request = await socket.expect('send');
  socket.push('ack', { ack: request.params.ack });
  await sending;
  socket.answer(request);
  client.close();
});

test('each send has its own acknowledgement', async () => {
  const { client, socket } = await connected();
  const order: number[] = [];
  const first = client.send('bob', '/chat/1', 1).then(() => order.push(1));
  const second = client.send('bob', '/chat/1', 2).then(() => order.push(2));
  await socket.expect('send');
  assert.equal((await socket.expect('send')).params.ack, 1);
  socket.push('ack', { ack: 1 });
  socket.push('ack', { ack: 0 });
  await Promise.all([first, second]);
  assert.deepEqual(order, [2, 1]);
  client.close();
});

test('a message that cannot be delivered rejects with the reason', async () => {
  const { client, socket } = await connected();
  const sending = client.send('bob', '/chat/1', 'x');
  socket.answer(await socket.expect('send'));
  socket.push('ackFailed', { ack: 0, error: 'no addresses for bob' });
  await assert.rejects(sending, { code: 'delivery-failed', message: 'no addresses for bob' });
  client.close();
});

test('a refused send rejects, with the code and number of the answer', async () => {
  const { client, socket } = await connected();
  const sending = client.send('nobody', '/chat/1', 'x');
  socket.refuse(await socket.expect('send'), 400, 'invalid params: peer');
  await assert.rejects(sending, { code: 'bad-request', status: 400, method: 'send' });
  client.close();
});

test('a call without an answer times out', async () => {
  const { client, socket } = await connected();
  const sending = client.send('bob', '/chat/1', 'x', { timeoutMs: 1 });
  socket.answer(await socket.expect('send'));
  await assert.rejects(sending, code('timeout'));
  await assert.rejects(client.listPeers('room', { timeoutMs: 1 }), code('timeout'));
  client.close();
});

test('a late answer to a call that timed out disturbs nothing', async () => {
  const { client, socket } = await connected();
  const asking = client.listPeers('room', { timeoutMs: 1 });
  const request = await socket.expect('listpeers');
  await assert.rejects(asking, code('timeout'));
  socket.answer(request, { peers: [] });
  const again = client.listPeers('room');
  socket.answer(await socket.expect('listpeers'), { peers: ['a'] });
  assert.deepEqual(await again, ['a']);
  client.close();
});

test('a signal ends a call', async () => {
  const { client, socket } = await connected();
  const controller = new AbortController();
  const sending = client.send('bob', '/chat/1', 'x', { signal: controller.signal });
  await socket.expect('send');
  controller.abort('changed my mind');
  await assert.rejects(sending, { code: 'aborted', cause: 'changed my mind' });
  await assert.rejects(client.publish('room', 1, { signal: controller.signal }), code('aborted'));
  assert.equal(socket.requests.size, 0);
  client.close();
});

test('data that is not JSON is refused before it is sent', async () => {
  const { client, socket } = await connected();
  const cyclic: { self?: object } = {};
  cyclic.self = cyclic;
  await assert.rejects(client.send('bob', '/chat/1', cyclic), code('invalid-argument'));
  await assert.rejects(client.publish('room', 10n), code('invalid-argument'));
  assert.equal(socket.requests.size, 0);
  client.close();
});

test('no data is null', async () => {
  const { client, socket } = await connected();
  void client.publish('room', undefined).catch(() => {});
  assert.deepEqual((await socket.expect('publish')).params, { topic: 'room', data: null });
  client.close();
});

test('listPeers takes null for nobody', async () => {
  const { client, socket } = await connected();
  const asking = client.listPeers('room');
  socket.answer(await socket.expect('listpeers'), { peers: null });
  assert.deepEqual(await asking, []);
  client.close();
});

test('connections shows addresses, transport, direction, round-trip time and versions', async () => {
  const { client, socket } = await connected();
  const asking = client.connections();
  socket.answer(await socket.expect('connections'), {
    addresses: ['/ip4/127.0.0.1/tcp/4001/p2p/peer-1'],
    protocols: ['/chat/1'],
    connections: [
      {
        peerid: 'bob', address: '/ip4/10.0.0.2/tcp/4001', transport: 'tcp', direction: 'inbound', rtt: 1.5, security: '/noise', muxer: '/yamux/1.0.0',
        protocolVersion: 'ipfs/0.1.0', agentVersion: 'js-libp2p/3', protocols: ['/ipfs/ping/1.0.0'], streams: 2, openedAt: '2026-01-02T03:04:05Z', limited: false,
      },
      { peerid: 'carol', rtt: null, agentVersion: null },
    ],
  });
  const { addresses, protocols, connections: [bob, carol] } = await asking;
  assert.deepEqual([addresses, protocols], [['/ip4/127.0.0.1/tcp/4001/p2p/peer-1'], ['/chat/1']]);
  assert.deepEqual(bob, {
    peerID: 'bob', address: '/ip4/10.0.0.2/tcp/4001', transport: 'tcp', direction: 'inbound', rttMs: 1.5, security: '/noise', muxer: '/yamux/1.0.0',
    protocolVersion: 'ipfs/0.1.0', agentVersion: 'js-libp2p/3', protocols: ['/ipfs/ping/1.0.0'], streams: 2, openedAt: new Date('2026-01-02T03:04:05Z'), limited: false,
  });
  assert.deepEqual([carol?.rttMs, carol?.agentVersion, carol?.protocols], [null, null, []]);
  client.close();
});

test('the numbers of refusals become codes', async () => {
  const { client, socket } = await connected();
  for (const [status, expected] of [[400, 'bad-request'], [404, 'no-peer'], [409, 'conflict'], [413, 'too-large'], [429, 'overloaded'], [500, 'gateway'], [501, 'not-available'], [507, 'quota-exceeded']] as const) {
    const publishing = client.publish('room', 1);
    socket.refuse(await socket.expect('publish'), status, 'no');
    await assert.rejects(publishing, { code: expected, status });
  }
  client.close();
});

test('an answer of the wrong shape is an error', async () => {
  const { client, socket } = await connected();
  const asking = client.connections();
  socket.answer(await socket.expect('connections'), []);
  await assert.rejects(asking, code('protocol'));
  client.close();
});

test('frames that make no sense are reported and stop nothing', async () => {
  const { client, socket } = await connected();
  const problems: unknown[] = [];
  client.on('error', (error) => problems.push(error));
  for (const frame of ['{', '[]', '{"isresponse":true}', '{"isresponse":false}', new ArrayBuffer(2), '{"requestid":-1,"isresponse":true,"error":{"code":400,"message":"not JSON"}}']) {
    socket.frame(frame);
  }
  socket.push('somethingNew', { x: 1 });
  assert.equal(problems.length, 6);
  const asking = client.listPeers('room');
  socket.answer(await socket.expect('listpeers'), { peers: [] });
  await asking;
  client.close();
});

test('closing fails everything that waits, and every later call', async () => {
  const { client, socket } = await connected();
  const waiting = [client.send('bob', '/p', 1), client.listPeers('t'), client.start('/p', () => {}), client.subscribe('t', () => {}), client.addPeers(['bob'])];
  const outcomes = Promise.allSettled(waiting);
  client.close();
  for (const outcome of await outcomes) assert.ok(outcome.status === 'rejected' && code('closed')(outcome.reason));
  await assert.rejects(client.publish('t', 1), code('closed'));
  await assert.rejects(client.start('/p', () => {}), code('closed'));
  assert.ok(socket.closedByClient);
  client.close();
});

test('without a connection a call fails at once, or waits when asked to', async () => {
  const { client, server } = newClient({ queueCapacity: 2 });
  await assert.rejects(client.publish('room', 1), code('disconnected'));
  const queued = client.publish('room', 'one', { whileDisconnected: 'queue' });
  const aborted = new AbortController();
  const withdrawn = client.publish('room', 'two', { whileDisconnected: 'queue', signal: aborted.signal });
  await assert.rejects(client.publish('room', 'three', { whileDisconnected: 'queue' }), code('queue-full'));
  aborted.abort();
  await assert.rejects(withdrawn, code('aborted'));
  void client.connect();
  const socket = await server.next();
  await socket.welcome();
  const request = await socket.expect('publish');
  assert.deepEqual(request.params, { topic: 'room', data: 'one' });
  socket.answer(request);
  await queued;
  assert.equal(socket.requests.size, 0);
  client.close();
});
