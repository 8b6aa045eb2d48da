import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { GatewayStatus } from '@causeway/gateway-client';
import { settled } from '../support/scripted-server.js';
import { code, connected, newClient } from './support.js';

test('after a loss the same peer comes back with its protocols, topics and peers, before anything that waited', async () => {
  const { client, server, socket } = await connected({ whileDisconnected: 'queue' });
  const heard: unknown[] = [];
  const declared = [
    client.start('/chat/1', (_peer, data) => void heard.push(data)),
    client.subscribe('room', (_peer, data) => void heard.push(data)),
    client.addPeers(['bob', 'carol']),
    client.removePeers(['carol']),
  ];
  for (const method of ['start', 'subscribe', 'addpeers', 'removepeers']) socket.answer(await socket.expect(method));
  await Promise.all(declared);

  socket.drop();
  assert.equal(client.connected, false);
  const sending = client.send('bob', '/chat/1', 'first');
  const publishing = client.publish('room', 'second');

  const again = await server.next();
  assert.deepEqual((await again.welcome()).params, { peerkey: 'key-1' });
  const start = await again.expect('start');
  assert.deepEqual(start.params, { protocol: '/chat/1' });
  const subscribe = await again.expect('subscribe');
  assert.deepEqual(subscribe.params, { topic: 'room' });
  const peers = await again.expect('addpeers');
  assert.deepEqual(peers.params, { peerIds: ['bob'] });
  const send = await again.expect('send');
  const publish = await again.expect('publish');
  for (const request of [start, subscribe, peers, send, publish]) again.answer(request);
  again.push('ack', { ack: send.params.ack });
  await Promise.all([sending, publishing]);
  again.push('peerData', { peer: 'bob', protocol: '/chat/1', data: 'direct' });
  again.push('topicData', { topic: 'room', peerid: 'bob', data: 'room' });
  assert.deepEqual(heard, ['direct', 'room']);
  client.close();
});

test('the status tells of the loss, the wait and the return', async () => {
  const { client, server, socket } = await connected();
  const states: GatewayStatus[] = [];
  client.on('status', (status) => states.push(status));
  const resumed = new Promise<void>((resolve) => client.on('resumed', resolve));
  socket.drop(1001, 'shutting down');
  (await server.next()).drop();
  await (await server.next()).welcome();
  await resumed;
  assert.deepEqual(states.map(({ state }) => state), [
    'waiting-to-reconnect', 'connecting-to-server', 'waiting-to-reconnect', 'connecting-to-server', 'connecting-to-network', 'connected',
  ]);
  const lost = states[0];
  assert.ok(lost?.state === 'waiting-to-reconnect' && lost.attempt === 1 && lost.error.message.includes('shutting down'));
  client.close();
});

test('what was written but not answered when the connection broke is not sent twice', async () => {
  const { client, server, socket } = await connected({ whileDisconnected: 'queue' });
  const calls = [client.send('bob', '/p', 1), client.publish('room', 2), client.listPeers('room')];
  for (const method of ['send', 'publish', 'listpeers']) await socket.expect(method);
  const outcomes = Promise.allSettled(calls);
  socket.drop();
  for (const outcome of await outcomes) assert.ok(outcome.status === 'rejected' && code('connection-lost')(outcome.reason));
  const again = await server.next();
  await again.welcome();
  await settled();
  assert.equal(again.requests.size, 0);
  client.close();
});

test('a declaration whose answer was lost is made again and then resolves', async () => {
  const { client, server, socket } = await connected();
  const declared = [client.start('/p', () => {}), client.subscribe('room', () => {}), client.addPeers(['bob'])];
  for (const method of ['start', 'subscribe', 'addpeers']) await socket.expect(method);
  socket.drop();
  const again = await server.next();
  await again.welcome();
  for (const method of ['start', 'subscribe', 'addpeers']) again.answer(await again.expect(method));
  await Promise.all(declared);
  client.close();
});

test('protocols and topics can be declared before the first connect', async () => {
  const { client, server } = newClient();
  const declared = Promise.all([client.start('/p', () => {}), client.subscribe('room', () => {}), client.addPeers(['bob'])]);
  void client.connect();
  const socket = await server.next();
  await socket.welcome();
  for (const method of ['start', 'subscribe', 'addpeers']) socket.answer(await socket.expect(method));
  await declared;
  client.close();
});

test('what is withdrawn while away does not come back', async () => {
  const { client, server, socket } = await connected();
  const declared = [client.start('/p', () => {}), client.subscribe('room', () => {}), client.addPeers(['bob'])];
  for (const method of ['start', 'subscribe', 'addpeers']) socket.answer(await socket.expect(method));
  await Promise.all(declared);
  socket.drop();
  await Promise.all([client.stop('/p'), client.unsubscribe('room'), client.removePeers(['bob'])]);
  const again = await server.next();
  await again.welcome();
  await settled();
  assert.equal(again.requests.size, 0);
  client.close();
});

test('a topic that the gateway refuses on return is reported', async () => {
  const { client, server, socket } = await connected();
  const subscribing = client.subscribe('room', () => {});
  socket.answer(await socket.expect('subscribe'));
  await subscribing;
  const problem = new Promise((resolve) => client.on('error', resolve));
  socket.drop();
  const again = await server.next();
  await again.welcome();
  again.refuse(await again.expect('subscribe'), 500, 'too many topics');
  assert.ok(code('gateway')(await problem));
  client.close();
});

test('on return an ID still in use is tried again for as long as it takes', async () => {
  const { client, server, socket } = await connected({ peerInUseGraceMs: 0 });
  socket.drop();
  for (let i = 0; i < 3; i++) {
    const refused = await server.next();
    refused.open();
    refused.refuse(await refused.expect('peer'), 500, 'peer ID already in use (possible duplicate browser tab)');
  }
  await (await server.next()).welcome();
  await settled();
  assert.ok(client.connected);
  client.close();
});

test('without reconnecting a loss is the end', async () => {
  const { client, socket } = await connected({ reconnect: false });
  socket.drop();
  await settled();
  assert.equal(client.status.state, 'closed');
});

test('closing ends the wait for the next attempt', async () => {
  const { client, server, socket } = await connected({ reconnect: { initialDelayMs: 60_000, maxDelayMs: 60_000 } });
  socket.drop();
  await settled();
  client.close();
  await settled();
  assert.equal(server.attempts, 0);
});

test('the wait can be cut short', async () => {
  const { client, server, socket } = await connected({ reconnect: { initialDelayMs: 60_000, maxDelayMs: 60_000 } });
  socket.drop();
  await settled();
  client.reconnectNow();
  await (await server.next()).welcome();
  client.close();
});

test('waits double up to the limit, half of each at random', async () => {
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: 1_000_000 });
  try {
    const { client, server } = newClient({ keepTrying: true, random: () => 0.5, reconnect: { initialDelayMs: 100, maxDelayMs: 1_000 } });
    const waits: number[] = [];
    client.on('status', (status) => {
      if (status.state === 'waiting-to-reconnect') waits.push(status.retryAt - Date.now());
    });
    void client.connect().catch(() => {});
    for (let i = 0; i < 6; i++) {
      (await server.next()).drop();
      await settled();
      mock.timers.tick(waits.at(-1) ?? 0);
    }
    assert.deepEqual(waits, [75, 150, 300, 600, 750, 750]);
    client.close();
  } finally {
    mock.timers.reset();
  }
});
