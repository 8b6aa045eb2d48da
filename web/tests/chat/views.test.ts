import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PeerConnection } from '@causeway/gateway-client';
import type { Message } from '../../chat/build/model/conversation.js';
import { bestPath } from '../../chat/build/model/path.js';
import { count, formatDay, formatDuration, formatRtt, sentence } from '../../chat/build/views/format.js';
import { safeUrl, trimEnd } from '../../chat/build/views/linkify.js';
import { describePath } from '../../chat/build/views/path.js';
import { describeStage } from '../../chat/build/views/status.js';
import { timeline } from '../../chat/build/views/timeline.js';

test('what ends a sentence does not belong to an address', () => {
  assert.equal(trimEnd('https://a.example/x.'), 'https://a.example/x');
  assert.equal(trimEnd('https://a.example/x?!…'), 'https://a.example/x');
  assert.equal(trimEnd('https://a.example/x_(y)'), 'https://a.example/x_(y)');
  assert.equal(trimEnd('https://a.example/x).'), 'https://a.example/x');
});

test('only plain web addresses become links', () => {
  assert.equal(safeUrl('https://a.example/x'), 'https://a.example/x');
  for (const bad of ['javascript:alert(1)', 'https://', 'https://bank.example@evil.example/', 'data:text/html,x', 'https://user:pw@a.example']) assert.equal(safeUrl(bad), null, bad);
});

test('a timeline has days, a line above what is new, and blocks of one author', () => {
  const at = new Date(2026, 0, 5, 12).getTime();
  const said = (id: string, from: string, minutes: number): Message => ({ id, from, text: id, at: at + minutes * 60_000, delivery: 'received' });
  const messages = [said('1', 'a', 0), said('2', 'a', 1), said('3', 'b', 2), said('4', 'b', 20), said('5', 'b', 21), said('6', 'b', 24 * 60)];
  const rows = timeline({ messages, newFrom: 'b/5' });
  assert.deepEqual(rows.map((row) => (row.kind === 'message' ? `${row.message.id}${row.continues ? '+' : ''}` : row.kind)), ['day', '1', '2+', '3', '4', 'new', '5', 'day', '6']);
  assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
});

test('times and numbers are said in a few words', () => {
  const now = new Date(2026, 0, 5, 12).getTime();
  assert.equal(formatDay(now, now), 'Today');
  assert.equal(formatDay(now - 24 * 3_600_000, now), 'Yesterday');
  assert.notEqual(formatDay(now - 48 * 3_600_000, now), 'Yesterday');
  assert.deepEqual([formatRtt(null), formatRtt(0.42), formatRtt(12.6)], ['not measured yet', '0.4 ms', '13 ms']);
  assert.deepEqual([0, 59_000, 61_000, 7_200_000, 200_000_000].map(formatDuration), ['0 s', '59 s', '1 min', '2 h', '2 d']);
  assert.deepEqual([count(1, 'peer'), count(2, 'peer'), count(2, 'person', 'people')], ['1 peer', '2 peers', '2 people']);
  assert.deepEqual([sentence('no way'), sentence('No way!')], ['No way.', 'No way!']);
});

test('a direct connection counts before a relayed one, and the quickest of its kind', () => {
  const connection = (transport: string, rttMs: number | null): PeerConnection => ({ transport, rttMs }) as PeerConnection;
  const relayed = connection('circuit', 3);
  assert.equal(bestPath([]), null);
  assert.deepEqual(bestPath([relayed]), { isRelayed: true, rttMs: 3 });
  assert.deepEqual(bestPath([relayed, connection('tcp', 40), connection('ws', 20), connection('tcp', null)]), { isRelayed: false, rttMs: 20 });
  assert.deepEqual(bestPath([connection('tcp', null), relayed]), { isRelayed: false, rttMs: null });
  assert.deepEqual([describePath({ isRelayed: true, rttMs: 41.6 }), describePath({ isRelayed: false, rttMs: 0.42 }), describePath({ isRelayed: false, rttMs: null })], ['relayed, 42 ms', 'direct, 0.4 ms', 'direct']);
});

test('the stages of the connection have names', () => {
  const error = {} as never;
  assert.equal(describeStage({ at: 'server' }, 0), 'Connecting to server…');
  assert.equal(describeStage({ at: 'network' }, 0), 'Connecting to network…');
  assert.equal(describeStage({ at: 'connected' }, 0), 'Connected');
  assert.equal(describeStage({ at: 'away', retryAt: 5_000, error }, 0), 'Server away, next try in 5 s');
  assert.equal(describeStage({ at: 'away', retryAt: 500, error }, 0), 'Server away, trying again…');
  assert.equal(describeStage({ at: 'closed', error: null }, 0), 'Disconnected');
});
