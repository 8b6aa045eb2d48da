import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled } from '../support/scripted-server.js';
import { code, connected } from './support.js';

test('messages reach the listener of their protocol, in order', async () => {
  const { client, socket } = await connected();
  const heard: unknown[] = [];
  const starting = client.start('/chat/1', (peer, data) => void heard.push([peer, data]));
  socket.answer(await socket.expect('start'));
  await starting;
  for (let i = 0; i < 5; i++) socket.push('peerData', { peer: 'bob', protocol: '/chat/1', data: i });
  socket.push('peerData', { peer: 'bob', protocol: '/other', data: 'not for us' });
  assert.deepEqual(heard, [0, 1, 2, 3, 4].map((i) => ['bob', i]));
  client.close();
});

test('a listener that works asynchronously gets one message at a time', async () => {
  const { client, socket } = await connected();
  const log: string[] = [];
  const gates: Array<() => void> = [];
  void client.subscribe('room', async (_peer, data) => {
    log.push(`begin ${String(data)}`);
    await new Promise<void>((resolve) => gates.push(resolve));
    log.push(`end ${String(data)}`);
  }).catch(() => {});
  socket.push('topicData', { topic: 'room', peerid: 'bob', data: 1 });
  socket.push('topicData', { topic: 'room', peerid: 'bob', data: 2 });
  await settled();
  assert.deepEqual(log, ['begin 1']);
  gates.shift()?.();
  await settled();
  assert.deepEqual(log, ['begin 1', 'end 1', 'begin 2']);
  client.close();
});

test('comings, goings and messages of a topic keep their order', async () => {
  const { client, socket } = await connected();
  const log: unknown[] = [];
  const subscribing = client.subscribe('room', (peer, data) => void log.push([peer, data]), (peer, joined) => void log.push([peer, joined]));
  socket.answer(await socket.expect('subscribe'));
  await subscribing;
  socket.push('peerChange', { topic: 'room', peerid: 'bob', joined: true });
  socket.push('topicData', { topic: 'room', peerid: 'bob', data: 'hi' });
  socket.push('peerChange', { topic: 'room', peerid: 'bob', joined: false });
  assert.deepEqual(log, [['bob', true], ['bob', 'hi'], ['bob', false]]);
  client.close();
});

test('a listener that throws is reported and gets the next message', async () => {
  const { client, socket } = await connected();
  const problems: unknown[] = [];
  client.on('error', () => { throw new Error('a listener of problems that throws, too'); });
  client.on('error', (error) => problems.push(error));
  const reported: unknown[] = [];
  globalThis.reportError = (error: unknown) => void reported.push(error);
  const heard: unknown[] = [];
  void client.start('/sync', (_peer, data) => { heard.push(data); throw new Error('sync'); }).catch(() => {});
  void client.start('/async', async (_peer, data) => { heard.push(data); throw new Error('async'); }).catch(() => {});
  for (const protocol of ['/sync', '/async']) for (const data of [1, 2]) socket.push('peerData', { peer: 'bob', protocol, data });
  await settled();
  assert.deepEqual(heard, [1, 2, 1, 2]);
  assert.deepEqual(problems.map((problem) => (problem as Error).message).sort(), ['async', 'async', 'sync', 'sync']);
  assert.equal(reported.length, 4);
  client.close();
});

test('a listener far behind loses messages loudly', async () => {
  const { client, socket } = await connected();
  const problems: unknown[] = [];
  client.on('error', (error) => problems.push(error));
  void client.start('/slow', () => new Promise(() => {})).catch(() => {});
  for (let i = 0; i < 10_002; i++) socket.push('peerData', { peer: 'bob', protocol: '/slow', data: i });
  assert.equal(problems.length, 1);
  assert.ok(code('listener-overflow')(problems[0]));
  client.close();
});

test('a protocol can be started once and stopped once', async () => {
  const { client, socket } = await connected();
  const starting = client.start('/chat/1', () => {});
  socket.answer(await socket.expect('start'));
  await starting;
  await assert.rejects(client.start('/chat/1', () => {}), code('already-started'));
  const stopping = client.stop('/chat/1');
  socket.answer(await socket.expect('stop'));
  await stopping;
  await assert.rejects(client.stop('/chat/1'), code('not-started'));
  client.close();
});

test('a protocol that the gateway refuses is not started', async () => {
  const { client, socket } = await connected();
  const starting = client.start('/p2p-webapp/1.0.0', () => {});
  socket.refuse(await socket.expect('start'), 400, 'invalid params: reserved protocol');
  await assert.rejects(starting, code('bad-request'));
  await assert.rejects(client.stop('/p2p-webapp/1.0.0'), code('not-started'));
  client.close();
});

test('subscribing again replaces the listeners', async () => {
  const { client, socket } = await connected();
  const heard: string[] = [];
  const first = client.subscribe('room', () => void heard.push('first'));
  const second = client.subscribe('room', () => void heard.push('second'));
  socket.answer(await socket.expect('subscribe'));
  await Promise.all([first, second]);
  socket.push('topicData', { topic: 'room', peerid: 'bob', data: 1 });
  assert.deepEqual(heard, ['second']);
  assert.equal(socket.requests.size, 0);
  client.close();
});

test('leaving a topic silences it at once', async () => {
  const { client, socket } = await connected();
  const heard: unknown[] = [];
  const subscribing = client.subscribe('room', (_peer, data) => void heard.push(data));
  socket.answer(await socket.expect('subscribe'));
  await subscribing;
  const leaving = client.unsubscribe('room');
  socket.push('topicData', { topic: 'room', peerid: 'bob', data: 1 });
  socket.answer(await socket.expect('unsubscribe'));
  await leaving;
  assert.deepEqual(heard, []);
  client.close();
});

test('a start that times out is withdrawn', async () => {
  const { client, socket } = await connected();
  await assert.rejects(client.start('/chat/1', () => {}, { timeoutMs: 1 }), code('timeout'));
  await socket.expect('start');
  assert.deepEqual((await socket.expect('stop')).params, { protocol: '/chat/1' });
  await assert.rejects(client.stop('/chat/1'), code('not-started'));
  client.close();
});

test('a second start that fails does not withdraw the first', async () => {
  const { client, socket } = await connected();
  const starting = client.start('/chat/1', () => {});
  await assert.rejects(client.start('/chat/1', () => {}, { signal: AbortSignal.abort() }), code('aborted'));
  await assert.rejects(client.start('/chat/1', () => {}), code('already-started'));
  socket.answer(await socket.expect('start'));
  await starting;
  assert.equal(socket.requests.size, 0);
  client.close();
});
