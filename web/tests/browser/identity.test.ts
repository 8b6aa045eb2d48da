import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person } from './person.js';
import { stage } from './stage.js';

const { arrive, picture, at } = stage();

test('a reload keeps identity, name, contacts and messages', async (t) => {
  const ada = await arrive(t, 'Ada');
  const bob = await arrive(t, 'Bob');
  const bobsId = await bob.peerID();
  await ada.shows('.member', 'Bob');
  await ada.page.getByRole('button', { name: 'Add a contact' }).click();
  await ada.page.locator('#new-contact-peer').fill('nobody');
  await ada.page.getByRole('button', { name: 'Add', exact: true }).click();
  await ada.shows('.error', 'That is not a peer ID');
  await ada.page.locator('#new-contact-peer').fill(`/p2p/${bobsId}`);
  await ada.page.locator('#new-contact-name').fill('Robert');
  await ada.page.getByRole('button', { name: 'Add', exact: true }).click();
  await ada.shows('.titles h1', 'Robert');
  await ada.say('remember this');
  await ada.isDelivered('remember this', 'delivered');
  const before = await ada.peerID();
  await ada.page.reload();
  await ada.isConnected();
  assert.equal(await ada.peerID(), before);
  await ada.shows('.titles h1', 'Robert');
  await ada.hears('remember this');
  await ada.shows('.me .name', 'Ada');
  await ada.shows('.subtitle', /^Online/);
  await ada.say('and this');
  await ada.isDelivered('and this', 'delivered');
  // In the room, too: its neighbours remember what this identity said before.
  await ada.conversation('lobby').click();
  await ada.shows('.member', 'Robert');
  await ada.say('I am back');
  await bob.hears('I am back');
  await Promise.all([ada.leave(), bob.leave()]);
});

test('each tab is a peer of its own, a reload keeps each, and a duplicate becomes somebody else', async (t) => {
  const first = await arrive(t, 'Ada');
  const second = await Person.openTab(first.context, at.gateway.url);
  const ids = [await first.peerID(), await second.peerID()];
  assert.notEqual(ids[0], ids[1]);
  // Who is somebody else is a button.
  await second.shows('button.member', 'Ada');
  await second.say('from the other tab');
  await first.hears('from the other tab');
  await second.page.reload();
  await second.isConnected();
  assert.equal(await second.peerID(), ids[1]);

  // What a browser does when a tab is duplicated: the new tab begins with a copy of the session's storage.
  const copied = await second.page.evaluate(() => JSON.stringify(sessionStorage));
  await first.context.addInitScript((kept) => {
    if (sessionStorage.length === 0) for (const [key, value] of Object.entries(JSON.parse(kept) as Record<string, string>)) sessionStorage.setItem(key, value);
  }, copied);
  const duplicate = await Person.openTab(first.context, at.gateway.url);
  const third = await duplicate.peerID();
  assert.ok(!ids.includes(third));
  assert.equal(await second.peerID(), ids[1]);
  await first.leave();
});

test('a killed gateway is seen, and a restarted one brings everything back', async (t) => {
  const ada = await arrive(t, 'Ada');
  const bob = await arrive(t, 'Bob');
  await ada.shows('.member', 'Bob');
  const before = await ada.peerID();
  await at.gateway.kill();
  await Promise.all([ada.isAway(), bob.isAway()]);
  await ada.shows('.subtitle', 'Not connected');
  await ada.say('written while it was away');
  await ada.message('written while it was away').locator('.tick[data-delivery="sending"]').waitFor();
  await ada.page.locator('.sidebar .status').click();
  await ada.page.locator('.steps [data-progress="failed"]').waitFor();
  await picture(ada, 'gateway-away');
  await ada.page.keyboard.press('Escape');

  await at.gateway.restart();
  await Promise.all([ada.isConnected(), bob.isConnected()]);
  assert.equal(await ada.peerID(), before);
  await ada.isDelivered('written while it was away', 'sent');
  await ada.shows('.member', 'Bob');
  await bob.shows('.member', 'Ada');
  await bob.say('back again');
  await ada.hears('back again');
  await ada.turnTo('Bob');
  await ada.say('in private, too');
  await ada.isDelivered('in private, too', 'delivered');
  await Promise.all([ada.leave(), bob.leave()]);
});
