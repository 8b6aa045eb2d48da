import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directId } from '../../chat/build/model/conversation.js';
import { FakeGateway } from '../support/fake-gateway.js';
import { User } from './support.js';

test('two people talk in a room and know each other by name', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const bob = await User.arrive(gateway, 'Bob');
  await ada.until(() => ada.chat.people.person(bob.id).name === 'Bob');
  await bob.until(() => bob.chat.people.person(ada.id).name === 'Ada');
  ada.chat.say('hello');
  await bob.until(() => bob.texts('room:lobby').includes('hello'));
  await ada.until(() => ada.deliveries('room:lobby')[0] === 'sent');
  bob.chat.say('hello yourself');
  await ada.until(() => ada.texts('room:lobby').length === 2);
  assert.deepEqual(ada.texts('room:lobby'), ['hello', 'hello yourself']);
  assert.deepEqual(ada.deliveries('room:lobby'), ['sent', 'received']);
  assert.deepEqual(ada.arrivals.map(({ message }) => message.text), ['hello yourself']);
  [ada, bob].forEach((user) => user.leave());
});

test('a direct message gets its ticks when it has been delivered', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const bob = await User.arrive(gateway, 'Bob');
  ada.chat.show(directId(bob.id));
  ada.chat.say('in private');
  assert.deepEqual(ada.deliveries(directId(bob.id)), ['sending']);
  await ada.until(() => ada.deliveries(directId(bob.id))[0] === 'delivered');
  await bob.until(() => bob.texts(directId(ada.id)).length === 1);
  assert.equal(bob.chat.history.get(directId(ada.id)).unread, 1);
  assert.equal(bob.chat.people.person(ada.id).name, 'Ada');
  assert.deepEqual(bob.chat.conversations().direct.map(({ id }) => id), [directId(ada.id)]);
  [ada, bob].forEach((user) => user.leave());
});

test('a message to somebody who is away fails, and can be sent again', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const bob = await User.arrive(gateway, 'Bob');
  const to = directId(bob.id);
  bob.leave();
  await ada.until(() => ada.chat.rooms.members('lobby').length === 0);
  assert.equal(ada.chat.people.isOnline(bob.id), false);
  ada.chat.show(to);
  ada.chat.say('are you there?');
  await ada.until(() => ada.deliveries(to)[0] === 'failed');
  const [message] = ada.chat.history.get(to).messages;
  assert.equal(message?.problem, `peer …${bob.id.slice(-8)} is unreachable: None of the peer's 2 addresses could be connected.`);
  const back = await User.arrive(gateway, 'Bob', bob.storage);
  ada.chat.outbox.retry(to, `${ada.id}/${message.id}`);
  await ada.until(() => ada.deliveries(to)[0] === 'delivered');
  await back.until(() => back.texts(directId(ada.id)).length === 1);
  [ada, back].forEach((user) => user.leave());
});

test('identity, rooms, contacts and messages survive a reload', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const bob = await User.arrive(gateway, 'Bob');
  const { id } = ada;
  ada.chat.rooms.join('tea-room');
  ada.chat.addContact(bob.id, 'Robert');
  ada.chat.show('room:tea-room');
  ada.chat.say('kept');
  await ada.until(() => ada.deliveries('room:tea-room')[0] === 'sent');
  ada.leave();
  const again = await User.arrive(gateway, 'ignored', ada.storage);
  assert.equal(again.id, id);
  assert.equal(again.chat.people.ownName, 'Ada');
  assert.deepEqual(again.chat.rooms.names, ['lobby', 'tea-room']);
  assert.deepEqual(again.chat.people.contacts, [{ peerID: bob.id, name: 'Robert' }]);
  assert.deepEqual(again.texts('room:tea-room'), ['kept']);
  [again, bob].forEach((user) => user.leave());
});

test('unread messages are counted where nobody looks', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const bob = await User.arrive(gateway, 'Bob');
  ada.isLooking = false;
  bob.chat.say('one');
  bob.chat.say('two');
  await ada.until(() => ada.chat.unread === 2);
  ada.isLooking = true;
  ada.chat.noticed();
  assert.equal(ada.chat.unread, 0);
  assert.ok(ada.chat.active?.newFrom?.startsWith(bob.id));
  bob.chat.say('three');
  await ada.until(() => ada.texts('room:lobby').length === 3);
  assert.equal(ada.chat.unread, 0);
  ada.chat.show(directId(bob.id));
  bob.chat.say('four');
  await ada.until(() => ada.chat.unread === 1);
  [ada, bob].forEach((user) => user.leave());
});

test('what is written while the gateway is away goes out when it is back', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const { id } = ada;
  ada.lose(null);
  await ada.until(() => ada.chat.network.stage.at === 'away');
  assert.deepEqual(ada.chat.rooms.members('lobby'), []);
  ada.chat.say('patience');
  assert.deepEqual(ada.deliveries('room:lobby'), ['sending']);
  const restarted = new FakeGateway();
  const bob = await User.arrive(restarted, 'Bob');
  ada.find(restarted);
  await ada.until(() => ada.chat.network.stage.at === 'connected');
  assert.equal(ada.id, id);
  await bob.until(() => bob.texts('room:lobby').includes('patience'));
  await ada.until(() => ada.deliveries('room:lobby')[0] === 'sent');
  await ada.until(() => ada.chat.rooms.members('lobby').length === 1);
  [ada, bob].forEach((user) => user.leave());
});

test('a message whose receipt was lost with the connection is sent again and shown once', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const bob = await User.arrive(gateway, 'Bob');
  const to = directId(bob.id);
  ada.chat.show(to);
  ada.chat.say('once');
  await bob.until(() => bob.texts(directId(ada.id)).length === 1);
  ada.lose(gateway);
  await ada.until(() => ada.deliveries(to)[0] === 'delivered');
  assert.deepEqual(bob.texts(directId(ada.id)), ['once']);
  [ada, bob].forEach((user) => user.leave());
});

test('a new name reaches everybody, and a stolen one is pointed out', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const bob = await User.arrive(gateway, 'Bob');
  const eve = await User.arrive(gateway, 'Eve');
  ada.chat.addContact(bob.id, 'Robert');
  assert.equal(ada.chat.people.person(bob.id).name, 'Robert');
  assert.equal(eve.chat.rename('  '), false);
  assert.equal(eve.chat.rename('Röbert.'), true);
  await ada.until(() => ada.chat.people.person(eve.id).name === 'Röbert.');
  assert.equal(ada.chat.people.person(eve.id).isLookalike, true);
  assert.equal(ada.chat.people.person(bob.id).isLookalike, false);
  eve.chat.rename('ada');
  await bob.until(() => bob.chat.people.person(eve.id).name === 'ada');
  await ada.until(() => ada.chat.people.person(eve.id).name === 'ada');
  assert.equal(ada.chat.people.person(eve.id).isLookalike, true);
  assert.equal(bob.chat.people.person(eve.id).isLookalike, false);
  [ada, bob, eve].forEach((user) => user.leave());
});

test('a name that gossip brings late does not replace a newer one', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const eve = await User.arrive(gateway, 'Eve');
  const now = Date.now() + 1_000;
  for (const [name, sentAt] of [['Second', now], ['First', now - 1]] as const) await eve.client.publish('causeway-chat/lobby', { type: 'hello', name, sentAt });
  await eve.client.publish('causeway-chat/lobby', { type: 'text', id: '1', text: 'end' });
  await ada.until(() => ada.texts('room:lobby').length === 1);
  assert.equal(ada.chat.people.person(eve.id).name, 'Second');
  await eve.client.publish('causeway-chat/lobby', { type: 'hello', name: 'Third', sentAt: now + 1 });
  await ada.until(() => ada.chat.people.person(eve.id).name === 'Third');
  [ada, eve].forEach((user) => user.leave());
});

test('leaving a room silences it, and it does not come back', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const bob = await User.arrive(gateway, 'Bob');
  for (const user of [ada, bob]) user.chat.rooms.join('tea-room');
  await bob.until(() => bob.chat.rooms.members('tea-room').length === 1);
  ada.chat.forget(ada.chat.history.get('room:tea-room'));
  await bob.until(() => bob.chat.rooms.members('tea-room').length === 0);
  assert.deepEqual(ada.chat.rooms.names, ['lobby']);
  assert.ok(!ada.storage.values.has('causeway-chat.history:room:tea-room'));
  [ada, bob].forEach((user) => user.leave());
});

test('connections are shown, and gone when the gateway is', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const bob = await User.arrive(gateway, 'Bob');
  await ada.until(() => ada.chat.network.connectionsTo(bob.id).length === 1);
  assert.equal(ada.chat.network.connectionsTo(bob.id)[0]?.transport, 'memory');
  ada.lose(null);
  await ada.until(() => ada.chat.network.details === null && !ada.chat.people.isOnline(bob.id));
  [ada, bob].forEach((user) => user.leave());
});

test('the path to a peer is the relay until there is a direct connection', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const bob = await User.arrive(gateway, 'Bob');
  gateway.relayed.add(bob.id);
  await ada.until(() => ada.chat.network.pathTo(bob.id)?.isRelayed === true);

  // A relayed connection may become direct at any time: nobody has to do anything to see it.
  gateway.relayed.delete(bob.id);
  await ada.until(() => ada.chat.network.pathTo(bob.id)?.isRelayed === false);
  bob.leave();
  await ada.until(() => ada.chat.network.pathTo(bob.id) === null);
  ada.leave();
});

test('a second page with the same identity learns that it is a duplicate', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const copy = new User(gateway, 'Ada', ada.storage, 0);
  const { Chat } = await import('../../chat/build/model/chat.js');
  await assert.rejects(copy.chat.start(), (error) => Chat.isDuplicate(error));
  ada.leave();
});

test('nonsense from a peer is not shown', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const eve = await User.arrive(gateway, 'Eve');
  for (const data of [null, 5, { type: 'text' }, { type: 'text', id: 'x', text: 'y'.repeat(5_000) }]) {
    await eve.client.publish('causeway-chat/lobby', data);
    await eve.client.send(ada.id, '/causeway-chat/1.0.0', data);
  }
  await eve.client.publish('causeway-chat/lobby', { type: 'text', id: 'fine', text: 'fine', from: ada.id, sentAt: 9e15 });
  await ada.until(() => ada.texts('room:lobby').length > 0);
  const [message] = ada.chat.history.get('room:lobby').messages;
  assert.deepEqual([message?.text, message?.from], ['fine', eve.id]);
  assert.ok((message?.at ?? Infinity) <= Date.now());
  assert.equal(ada.chat.conversations().direct.length, 0);
  [ada, eve].forEach((user) => user.leave());
});
