import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BrowserContextOptions } from 'playwright-core';
import { accessibilityProblems } from './accessibility.js';
import { stage } from './stage.js';

const phone: BrowserContextOptions = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

const { arrive, picture } = stage();

test('everything can be done with the keyboard', async (t) => {
  const ada = await arrive(t, 'Ada');
  const bob = await arrive(t, 'Bob');
  await ada.shows('.member', 'Bob');
  const { keyboard } = ada.page;
  // Writing comes first: a new page has its cursor where messages are written.
  await ada.page.reload();
  await ada.isConnected();
  await ada.shows('.member', 'Bob');
  await keyboard.type('one line');
  await keyboard.press('Shift+Enter');
  await keyboard.type('and another');
  await keyboard.press('Enter');
  await bob.hears('one line\nand another');
  await keyboard.press('Control+k');
  await keyboard.type('bob');
  await keyboard.press('Enter');
  await ada.shows('.titles h1', 'Bob');
  await keyboard.type('by keyboard');
  await keyboard.press('Enter');
  await ada.isDelivered('by keyboard', 'delivered');
  await keyboard.press('Control+k');
  await keyboard.type('Tea Room');
  await keyboard.press('Enter');
  await ada.shows('.titles h1', 'tea-room');
  await keyboard.press('Alt+ArrowUp');
  await ada.shows('.titles h1', 'lobby');
  await keyboard.press('Alt+ArrowDown');
  await ada.shows('.titles h1', 'tea-room');
  await keyboard.press('Alt+p');
  await ada.page.locator('#panel').waitFor({ state: 'hidden' });
  await keyboard.press('Alt+p');
  await ada.page.locator('.log').focus();
  await keyboard.press('?');
  await ada.shows('dialog[open] h2', 'Keyboard shortcuts');
  await keyboard.press('Escape');
  await keyboard.press('/');
  assert.equal(await ada.page.evaluate(() => document.activeElement?.id), 'composer');
  await Promise.all([ada.leave(), bob.leave()]);
});

test('Tab visits everything in the order in which it stands', async (t) => {
  const ada = await arrive(t, 'Ada');
  await ada.page.locator('.skip').focus();
  const expected = [
    /^Ada/, /^Go to a conversation/, /^My files/, /^Join a room/, /lobby/, /^Add a contact/, /^Connected/, /^Copy the link/, /Who is here/, /^Messages in #lobby/, /^Send files/, /^Message #lobby/,
  ];
  const visited: string[] = [];
  for (let i = 0; i < expected.length; i++) {
    await ada.page.keyboard.press('Tab');
    visited.push(await ada.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''));
  }
  visited.forEach((name, i) => assert.match(name, expected[i] ?? /^$/));
  await ada.leave();
});

test('on a phone the list and a conversation take turns, and nothing is wider than the screen', async (t) => {
  const ada = await arrive(t, 'Ada');
  const bob = await arrive(t, 'Bob', phone);
  const fits = (): Promise<boolean> => bob.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  await bob.shows('.conversation', 'lobby');
  assert.equal(await bob.page.locator('#composer').isVisible(), false);
  await ada.shows('.member', 'Bob');
  await ada.say(`A very long word: ${'x'.repeat(200)}`);
  await bob.conversation('lobby').locator('.badge').filter({ hasText: '1' }).waitFor();
  assert.ok(await fits());
  await picture(bob, 'phone-list');
  await bob.conversation('lobby').tap();
  await bob.hears('A very long word');
  assert.equal(await bob.conversation('lobby').isVisible(), false);
  await bob.say('Hello from a small screen');
  await bob.isDelivered('Hello from a small screen', 'sent');
  assert.ok(await fits());
  await picture(bob, 'phone-room');
  await bob.page.getByRole('button', { name: 'Who is here' }).tap();
  await bob.shows('.member', 'Ada');
  assert.ok(await fits());
  await bob.turnTo('Ada');
  await bob.page.locator('#panel').waitFor({ state: 'hidden' });
  await picture(bob, 'phone-direct');
  await bob.page.goBack();
  await bob.shows('.titles h1', 'lobby');
  await bob.page.getByRole('button', { name: 'All conversations' }).tap();
  await bob.conversation('lobby').waitFor();
  assert.ok(await fits());
  await Promise.all([ada.leave(), bob.leave()]);
});

test('nothing moves by itself while messages, ticks and badges come and go', async (t) => {
  const ada = await arrive(t, 'Ada');
  const bob = await arrive(t, 'Bob');
  await ada.shows('.member', 'Bob');
  await ada.say('one');
  await ada.isDelivered('one', 'sent');
  await ada.turnTo('Bob');
  await ada.say('two');
  await ada.isDelivered('two', 'delivered');
  await bob.say('three');
  await ada.conversation('lobby').locator('.badge').filter({ hasText: '1' }).waitFor();
  assert.ok((await ada.layoutShift()) < 0.02, `layout shift ${await ada.layoutShift()}`);
  await Promise.all([ada.leave(), bob.leave()]);
});

test('a flood of messages neither stalls the page nor fills it', async (t) => {
  const ada = await arrive(t, 'Ada');
  const bob = await arrive(t, 'Bob');
  await ada.shows('.member', 'Bob');
  await bob.page.evaluate(async () => {
    const path = '/gateway-client/dist/index.js';
    const { connect } = (await import(path)) as typeof import('@causeway/gateway-client');
    const client = await connect();
    await client.subscribe('causeway-chat/lobby', () => {});
    // No more than the gateway keeps for a peer that is slow to take them (1024).
    const said = Array.from({ length: 1_000 }, (_, i) => client.publish('causeway-chat/lobby', { type: 'text', id: String(i), text: `message ${i}` }));
    await Promise.all(said);
  });
  await ada.hears('message 999');
  assert.equal(await ada.page.locator('.message').count(), 300);
  await ada.say('still here');
  await bob.hears('still here');
  await Promise.all([ada.leave(), bob.leave()]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the page is accessible in ${colorScheme} colours`, async (t) => {
    const ada = await arrive(t, 'Ada', { colorScheme });
    const bob = await arrive(t, 'Bob');
    await ada.shows('.member', 'Bob');
    await bob.say('Look at https://example.org/');
    await ada.hears('https://example.org/');
    await ada.say('I do');
    await ada.isDelivered('I do', 'sent');
    await picture(ada, `room-${colorScheme}`);
    assert.deepEqual(await accessibilityProblems(ada.page), []);
    await ada.turnTo('Bob');
    assert.deepEqual(await accessibilityProblems(ada.page), []);
    for (const open of ['.me', '.sidebar .status']) {
      await ada.page.locator(open).click();
      assert.deepEqual(await accessibilityProblems(ada.page), []);
      await ada.page.keyboard.press('Escape');
    }
    await ada.page.keyboard.press('Control+k');
    assert.deepEqual(await accessibilityProblems(ada.page), []);
    await Promise.all([ada.leave(), bob.leave()]);
  });
}

test('a chosen theme is kept, against what the system says', async (t) => {
  const ada = await arrive(t, 'Ada', { colorScheme: 'light' });
  const ground = (): Promise<string> => ada.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await ada.page.locator('.me').click();
  await ada.page.locator('#theme').selectOption('dark');
  const dark = await ground();
  assert.notEqual(dark, light);
  await ada.page.reload();
  assert.equal(await ground(), dark);
  await ada.isConnected();
  await ada.leave();
});
