import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanName, inventName, nameKey } from '../../chat/build/protocol/names.js';
import { decodePayload } from '../../chat/build/protocol/payload.js';
import { findPeerID, isPeerID, shortPeerID } from '../../chat/build/protocol/peer-id.js';
import { cleanRoom, topicOf } from '../../chat/build/protocol/rooms.js';
import { hashOf, parseHash } from '../../chat/build/views/router.js';
import { identity } from '../support/keys.js';

const someone = '12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB';

test('the identity of the contract is what the tests compute', () => {
  const peerkey = 'CAESQAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=';
  assert.deepEqual(identity(peerkey), { peerkey, peerid: someone });
});

test('a payload is decoded, and only what belongs to it', () => {
  assert.deepEqual(decodePayload({ type: 'text', id: 'a', text: 'hi', name: ' Ada ', sentAt: 5, extra: 1 }), { type: 'text', id: 'a', text: 'hi', name: 'Ada', sentAt: 5 });
  assert.deepEqual(decodePayload({ type: 'text', id: 'a', text: 'hi', name: 7, sentAt: 'now' }), { type: 'text', id: 'a', text: 'hi' });
  assert.deepEqual(decodePayload({ type: 'hello', name: 'Ada', sentAt: 7, id: 1 }), { type: 'hello', name: 'Ada', sentAt: 7 });
});

test('what is no payload, or breaks a limit, is ignored', () => {
  const bad = [
    null, 'text', 7, [], {}, { type: 'dance' }, { type: 'hello' }, { type: 'hello', name: '  ' },
    { type: 'text', id: '', text: 'x' }, { type: 'text', id: 'x'.repeat(65), text: 'x' }, { type: 'text', id: 3, text: 'x' },
    { type: 'text', id: 'a', text: '' }, { type: 'text', id: 'a', text: ' \n' }, { type: 'text', id: 'a', text: 'x'.repeat(4001) }, { type: 'text', id: 'a', text: ['x'] },
  ];
  for (const data of bad) assert.equal(decodePayload(data), null, JSON.stringify(data));
  assert.equal(decodePayload({ type: 'text', id: 'a', text: 'x', sentAt: NaN })?.type, 'text');
});

test('names are one line without hidden characters', () => {
  assert.equal(cleanName('  Ada \n Lovelace\t'), 'Ada Lovelace');
  assert.equal(cleanName('Ada\u202eecalevoL'), 'Ada ecalevoL');
  assert.equal(cleanName('\u200b\u2066\u0000'), null);
  assert.equal(cleanName('x'.repeat(50)), 'x'.repeat(40));
  assert.equal([...(cleanName('😀'.repeat(50)) ?? '')].length, 40);
  assert.equal(cleanName('x'.repeat(161)), null);
  assert.equal(cleanName(`a${'\u0316'.repeat(20)}b`), `a${'\u0316'.repeat(3)}b`);
  assert.equal(cleanName({}), null);
});

test('names that look alike have the same key', () => {
  for (const name of ['ada', 'Ada', 'ÁDA', 'A d a.', 'Аdа'.normalize()]) assert.equal(nameKey(name), nameKey('Ada'), name);
  assert.equal(nameKey('Bi11'), nameKey('Bill'));
  assert.notEqual(nameKey('Ada'), nameKey('Eda'));
});

test('an invented name is two words', () => {
  assert.equal(inventName(() => 0), 'Amber Badger');
  assert.equal(inventName(() => 0.999), 'Teal Tern');
});

test('rooms have names that fit into a topic and an address', () => {
  assert.equal(cleanRoom('#Tea Room'), 'tea-room');
  assert.equal(cleanRoom(' --Überraschung!-- '), 'überraschung');
  assert.equal(cleanRoom('../..'), null);
  assert.equal(cleanRoom(''), null);
  assert.equal(cleanRoom('x'.repeat(50))?.length, 32);
  for (const typed of ['#Tea Room', 'a.b_c', 'Ω 1']) {
    const room = cleanRoom(typed) ?? '';
    assert.equal(cleanRoom(room), room);
  }
  assert.equal(topicOf('lobby'), 'causeway-chat/lobby');
});

test('peer IDs are told from what is none', () => {
  assert.ok(isPeerID(someone));
  assert.ok(isPeerID('QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N'));
  assert.ok(isPeerID('16Uiu2HAmAzvdx3YCmbWhyPtm3Cgq8kJLBXSGwVkXRC9ZskqTnRCi'));
  for (const bad of ['', 'lobby', someone.slice(0, -1), `${someone}1`, someone.replace('K', '0'), 'Qm', '1'.repeat(52), 'x'.repeat(1000)]) assert.ok(!isPeerID(bad), bad);
  assert.equal(shortPeerID(someone), 'HYdBfeSB');
});

test('a peer ID is found in what people paste', () => {
  for (const pasted of [someone, ` ${someone}\n`, `/ip4/10.0.0.1/tcp/4001/p2p/${someone}`, `http://127.0.0.1:10000/#/peer/${someone}`]) assert.equal(findPeerID(pasted), someone);
  assert.equal(findPeerID('nobody'), null);
});

test('addresses lead to conversations and back', () => {
  for (const id of ['room:lobby', 'room:überraschung', `direct:${someone}`] as const) assert.equal(parseHash(hashOf(id)), id);
  assert.equal(hashOf(null), '#/');
  for (const bad of ['', '#/', '#lobby', '#/room/', '#/room/Not%20Clean', '#/room/%', '#/peer/nobody', '#/room/a/b']) assert.equal(parseHash(bad), null, bad);
});
