import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Vault } from '../../chat/build/identity/vault.js';
import { Changes } from '../../chat/build/model/changes.js';
import { directId, keptMessages, type Delivery, type Message } from '../../chat/build/model/conversation.js';
import { History, keptConversations } from '../../chat/build/model/history.js';
import { TestStorage } from '../support/memory-storage.js';

const said = (id: string, from = 'bob', delivery: Delivery = 'received'): Message => ({ id, from, text: `text ${id}`, at: 1_000 + Number(id), delivery });

function open(storage = new TestStorage()): { history: History; storage: TestStorage } {
  return { history: new History(new Vault(storage), new Changes()), storage };
}

test('messages, unread counts and drafts are kept', () => {
  const { history, storage } = open();
  history.add('room:lobby', said('1'), true);
  history.add('room:lobby', said('2'), true);
  history.setDraft('room:lobby', 'half a sen');
  history.save();
  const again = open(storage).history.get('room:lobby');
  assert.deepEqual(again.messages.map(({ id }) => id), ['1', '2']);
  assert.deepEqual([again.unread, again.draft], [2, 'half a sen']);
});

test('the same message is shown once; the same ID of another author is another message', () => {
  const { history } = open();
  assert.equal(history.add('room:lobby', said('1'), true), true);
  assert.equal(history.add('room:lobby', said('1'), true), false);
  assert.equal(history.add('room:lobby', said('1', 'carol'), true), true);
  assert.equal(history.get('room:lobby').unread, 2);
  history.save();
});

test('a conversation is bounded', () => {
  const { history } = open();
  for (let i = 0; i < keptMessages + 10; i++) history.add('room:lobby', said(String(i)), false);
  const { messages } = history.get('room:lobby');
  assert.deepEqual([messages.length, messages[0]?.id], [keptMessages, '10']);
  history.save();
});

test('a receipt that comes after a conversation was forgotten does not bring it back', () => {
  const { history, storage } = open();
  history.add(directId('bob'), said('1', 'me', 'sending'), false);
  history.remove(directId('bob'));
  history.setDelivery(directId('bob'), 'me/1', 'delivered');
  history.save();
  assert.deepEqual(history.all(), []);
  assert.equal(storage.length, 0);
});

test('strangers cannot push out a conversation in which the user has spoken', () => {
  const { history } = open();
  history.add(directId('friend'), said('0', 'me', 'delivered'), false);
  for (let i = 1; i <= keptConversations + 5; i++) history.add(directId(`stranger${i}`), said(String(i)), true);
  history.save();
  assert.equal(history.all().length, keptConversations);
  assert.equal(history.get(directId('friend')).messages.length, 1);
});

test('strangers cannot fill the list: the oldest conversation makes room', () => {
  const { history, storage } = open();
  for (let i = 0; i <= keptConversations; i++) history.add(directId(`peer${i}`), said(String(i)), true);
  history.save();
  assert.equal(history.all().length, keptConversations);
  assert.equal(history.get(directId('peer0')).messages.length, 0);
  assert.equal(storage.length, keptConversations);
});

test('seeing a conversation leaves a line above what was new', () => {
  const { history } = open();
  history.add('room:lobby', said('1'), false);
  history.add('room:lobby', said('2'), true);
  history.add('room:lobby', said('3'), true);
  history.markSeen('room:lobby', true);
  assert.deepEqual([history.get('room:lobby').unread, history.get('room:lobby').newFrom], [0, 'bob/2']);
  history.markSeen('room:lobby', true);
  assert.equal(history.get('room:lobby').newFrom, 'bob/2');
  history.markSeen('room:lobby', false);
  assert.equal(history.get('room:lobby').newFrom, null);
  history.save();
});

test('a message on its way when the page closed has failed, and can be sent again', () => {
  const { history, storage } = open();
  history.add('direct:bob', said('1', 'me', 'sending'), false);
  history.save();
  const [message] = open(storage).history.get('direct:bob').messages;
  assert.equal(message?.delivery, 'failed');
  assert.ok(message?.problem);
});

test('a failure is forgotten when the message arrives after all', () => {
  const { history } = open();
  history.add('direct:bob', said('1', 'me', 'sending'), false);
  history.setDelivery('direct:bob', 'me/1', 'failed', 'nobody there');
  assert.equal(history.get('direct:bob').messages[0]?.problem, 'nobody there');
  history.setDelivery('direct:bob', 'me/1', 'delivered');
  assert.deepEqual(history.get('direct:bob').messages[0], { ...said('1', 'me'), delivery: 'delivered' });
  history.save();
});

test('what is damaged is left out', () => {
  const storage = new TestStorage();
  storage.setItem('causeway-chat.history:room:lobby', JSON.stringify({ messages: [said('1'), { id: 2 }, null, { ...said('3'), delivery: 'odd' }], unread: 99, draft: 5 }));
  storage.setItem('causeway-chat.history:room:broken', '[1]');
  storage.setItem('causeway-chat.history:nonsense', JSON.stringify({ messages: [] }));
  const { history } = open(storage);
  assert.deepEqual(history.all().map(({ id, messages, unread, draft }) => [id, messages.length, unread, draft]), [['room:lobby', 1, 1, '']]);
});

test('when storage is full, the newer half is kept', () => {
  const { history, storage } = open();
  for (let i = 0; i < 100; i++) history.add('room:lobby', said(String(i)), false);
  storage.capacity = 5_000;
  history.save();
  const kept = open(storage).history.get('room:lobby').messages;
  assert.deepEqual([kept.length, kept.at(-1)?.id], [50, '99']);
});
