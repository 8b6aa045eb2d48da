import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileEntry } from '@causeway/gateway-client';
import { folderRows, freePath, hasFolder, parentOf } from '../../chat/build/model/file-tree.js';
import { cleanFileName, decodeAttachment, isShownPicture, maxFileNameLength } from '../../chat/build/protocol/attachment.js';
import { formatBytes } from '../../chat/build/views/format.js';
import { hashOfPlace, parsePlace } from '../../chat/build/views/router.js';
import { FakeGateway } from '../support/fake-gateway.js';
import { User } from './support.js';

const peerID = '12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB';
const cid = 'bafybeidv23lyayv4rdysncmjvqh3w46dysaruzqnkageemmc5xu2sywrya';
const entry = (path: string, type: FileEntry['type'] = 'file'): FileEntry => ({ path, type, cid, mimeType: null });
const file = (name: string, content: string, type = 'text/plain'): File => new File([content], name, { type });

test('a folder shows what is directly in it, folders first, numbers in their order', () => {
  const entries = [entry('b', 'directory'), entry('b/deep.txt'), entry('a10.txt'), entry('a9.txt'), entry('a', 'directory'), entry('bb.txt')];
  assert.deepEqual(folderRows(entries, '').map(({ name }) => name), ['a', 'b', 'a9.txt', 'a10.txt', 'bb.txt']);
  assert.deepEqual(folderRows(entries, 'b').map(({ name }) => name), ['deep.txt']);
  assert.ok(hasFolder(entries, '') && hasFolder(entries, 'b') && !hasFolder(entries, 'bb.txt') && !hasFolder(entries, 'c'));
  assert.equal(parentOf('b/deep.txt'), 'b');
  assert.equal(parentOf('b'), '');
});

test('a name that is taken gets a number before its extension', () => {
  const taken = ['Chat/lake.png', 'Chat/lake (2).png', 'Chat/.env'];
  assert.equal(freePath(taken, 'Chat', 'lake.png'), 'Chat/lake (3).png');
  assert.equal(freePath(taken, 'Chat', 'tree.png'), 'Chat/tree.png');
  assert.equal(freePath(taken, '', 'lake.png'), 'lake.png');
  assert.equal(freePath(taken, 'Chat', '.env'), 'Chat/.env (2)');
});

test('the name of a file is one line without a path, and keeps its extension when it is cut', () => {
  assert.equal(cleanFileName('a/b\\c:d.txt'), 'a b c d.txt');
  assert.equal(cleanFileName('gpj.\u202Eexe'), 'gpj. exe');
  for (const bad of ['', '  ', '..', '.', '\u0000', 7, null, 'x'.repeat(5_000)]) assert.equal(cleanFileName(bad), null, String(bad));
  const long = cleanFileName(`${'x'.repeat(400)}.jpeg`) ?? '';
  assert.ok(long.length <= maxFileNameLength && long.endsWith('x.jpeg'));
});

test('an attachment of a stranger is read strictly', () => {
  const good = { cid, name: 'lake.png', size: 12, type: 'image/png' };
  assert.deepEqual(decodeAttachment(good), good);
  assert.equal(decodeAttachment({ ...good, type: '<b>' })?.type, '');
  for (const bad of [null, 'x', {}, { ...good, cid: '../../etc' }, { ...good, cid: `${cid}?download=1` }, { ...good, name: '' }, { ...good, size: -1 }, { ...good, size: 1.5 }, { ...good, size: '12' }]) {
    assert.equal(decodeAttachment(bad), null, JSON.stringify(bad));
  }
});

test('only pictures without scripts are shown by themselves, and only up to a size', () => {
  const picture = { cid, name: 'x', size: 10, type: 'image/png' };
  assert.ok(isShownPicture(picture));
  assert.ok(!isShownPicture({ ...picture, type: 'image/svg+xml' }));
  assert.ok(!isShownPicture({ ...picture, type: 'text/html' }));
  assert.ok(!isShownPicture({ ...picture, size: 100_000_000 }));
});

test('sizes are written for people', () => {
  assert.deepEqual([0, 1, 999, 1_000, 1_536, 20_000_000, 3_200_000_000].map(formatBytes), ['0 bytes', '1 byte', '999 bytes', '1.0 KB', '1.5 KB', '20 MB', '3.2 GB']);
});

test('a folder has an address in the page; bad addresses mean none', () => {
  const place = { peerID, folder: 'pictures/50% off #1' };
  assert.deepEqual(parsePlace(hashOfPlace(place), ''), place);
  assert.deepEqual(parsePlace('#/files', peerID), { peerID, folder: '' });
  for (const bad of ['', '#/', '#/room/lobby', '#/files/nobody', `#/files/${peerID}//x`, `#/files/${peerID}/a%2Fb`, `#/files/${peerID}/%E0%A4%A`]) assert.equal(parsePlace(bad, peerID), null, bad);
});

test('what one uploads, the other lists, sees change, and sees vanish', async () => {
  const gateway = new FakeGateway();
  const [ada, bob] = [await User.arrive(gateway, 'Ada'), await User.arrive(gateway, 'Bob')];
  const names = (): string[] => bob.chat.files.tree(ada.id).entries.map(({ path }) => path);
  ada.chat.files.show({ peerID: ada.id, folder: '' });
  bob.chat.files.show({ peerID: ada.id, folder: '' });
  await bob.until(() => bob.chat.files.tree(ada.id).isKnown);
  assert.deepEqual(names(), []);
  await ada.chat.files.uploads.add('pictures/lake.txt', file('lake.txt', 'a lake')).stored;
  await bob.until(() => names().join() === 'pictures,pictures/lake.txt');
  await ada.chat.files.createFolder('empty');
  await bob.until(() => names().includes('empty'));
  await ada.chat.files.remove('pictures');
  await bob.until(() => names().join() === 'empty');
  await assert.rejects(ada.chat.files.remove('pictures'), /not found/);
  ada.leave();
  bob.leave();
});

test('the list of a peer that is away says so, and comes when it is back', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  ada.chat.files.show({ peerID, folder: '' });
  await ada.until(() => ada.chat.files.tree(peerID).problem !== null);
  assert.ok(!ada.chat.files.tree(peerID).isKnown);
  ada.leave();
});

test('an upload that is cancelled while it waits is not stored', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const { uploads } = ada.chat.files;
  const [first, , third] = ['1.txt', '2.txt', '3.txt'].map((name) => uploads.add(name, file(name, name)));
  assert.deepEqual(uploads.all.map(({ state }) => state), ['running', 'running', 'waiting']);
  uploads.cancel(third?.id ?? 0);
  assert.equal(await third?.stored, null);
  assert.ok(await first?.stored);
  await ada.until(() => uploads.all.every(({ state }) => state === 'done' || state === 'cancelled'));
  const { entries } = await ada.client.listFiles();
  assert.deepEqual(entries.map(({ path }) => path), ['1.txt', '2.txt']);
  uploads.clear();
  assert.equal(uploads.all.length, 0);
  ada.leave();
});

test('an upload that failed says why and can be tried again', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  const { uploads } = ada.chat.files;
  await uploads.add('folder/inside.txt', file('inside.txt', 'x')).stored;
  const failing = uploads.add('folder/inside.txt/below.txt', file('below.txt', 'x'));
  assert.equal(await failing.stored, null);
  assert.match(failing.problem ?? '', /is a file/);
  await ada.chat.files.remove('folder/inside.txt');
  uploads.retry(failing.id);
  await ada.until(() => uploads.all.at(-1)?.state === 'done');
  ada.leave();
});

test('a file in a message is stored first, and goes with it', async () => {
  const gateway = new FakeGateway();
  const [ada, bob] = [await User.arrive(gateway, 'Ada'), await User.arrive(gateway, 'Bob')];
  await ada.chat.sayFile(file('lake.png', 'pixels', 'image/png'));
  await ada.chat.sayFile(file('lake.png', 'other pixels', 'image/png'));
  await bob.until(() => bob.arrivals.length === 2);
  const [one, two] = bob.arrivals.map(({ message }) => message);
  assert.deepEqual([one?.text, one?.file?.name, one?.file?.size, one?.file?.type], ['lake.png', 'lake.png', 6, 'image/png']);
  assert.notEqual(one?.file?.cid, two?.file?.cid);
  const { entries } = await bob.client.listFiles(ada.id);
  assert.deepEqual(entries.map(({ path }) => path), ['Chat', 'Chat/lake (2).png', 'Chat/lake.png']);
  bob.leave();
  const again = new User(gateway, 'Bob', bob.storage);
  assert.deepEqual(again.chat.history.get('room:lobby').messages.map((message) => message.file?.cid), [one?.file?.cid, two?.file?.cid]);
  ada.leave();
});

test('the root directory is kept for the next visit', async () => {
  const gateway = new FakeGateway();
  const ada = await User.arrive(gateway, 'Ada');
  await ada.chat.files.uploads.add('kept.txt', file('kept.txt', 'kept')).stored;
  await ada.until(() => ada.chat.files.tree(ada.id).entries.length === 1);
  ada.leave();
  assert.equal(ada.storage.getItem('causeway-chat.root'), JSON.stringify(ada.client.rootDirectory));
});
