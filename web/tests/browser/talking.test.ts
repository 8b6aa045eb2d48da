import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person } from './person.js';
import { stage } from './stage.js';

const { arrive, picture, at } = stage();

test('two browsers chat in the room and know each other by name', async (t) => {
  const ada = await arrive(t, 'Ada');
  const bob = await arrive(t, 'Bob');
  await ada.shows('.member', 'Bob');
  await bob.shows('.member', 'Ada');
  await ada.say('Good morning');
  await ada.isDelivered('Good morning', 'sent');
  await bob.hears('Good morning');
  await bob.say('Good morning, Ada');
  await ada.hears('Good morning, Ada');
  await ada.shows('.author .name', 'Bob');
  await ada.shows('.subtitle', '2 people here');
  await picture(ada, 'room-light');
  await Promise.all([ada.leave(), bob.leave()]);
});

test('direct messages get their ticks, and unread ones a badge, also in the title', async (t) => {
  const ada = await arrive(t, 'Ada');
  const bob = await arrive(t, 'Bob');
  await ada.turnTo('Bob');
  await ada.say('first');
  await ada.say('second');
  await ada.isDelivered('first', 'delivered');
  await ada.isDelivered('second', 'delivered');
  await bob.conversation('Ada').locator('.badge').filter({ hasText: '2' }).waitFor();
  await bob.hasTitle('(2) #lobby – Causeway chat');
  await bob.conversation('Ada').click();
  await bob.hears('second');
  await bob.hasTitle('Ada – Causeway chat');
  await bob.shows('.divider', 'New');
  await bob.say('got both');
  await ada.hears('got both');
  await Promise.all([ada.leave(), bob.leave()]);
});

test('when one closes, the other sees it; a message fails, and arrives at the second try', async (t) => {
  const ada = await arrive(t, 'Ada');
  const bob = await arrive(t, 'Bob');
  await ada.turnTo('Bob');
  await ada.say('here?');
  await ada.isDelivered('here?', 'delivered');
  const storage = await bob.page.evaluate(() => JSON.stringify(localStorage));
  await bob.leave();
  await ada.shows('.subtitle', /^Offline/);
  await ada.conversation('lobby').click();
  await ada.shows('.subtitle', '1 person here');
  await ada.conversation('Bob').click();
  await ada.say('gone?');
  await ada.isDelivered('gone?', 'failed');
  await picture(ada, 'not-delivered');

  const context = await at.browser.newContext();
  await context.addInitScript((kept) => {
    if (localStorage.length === 0) for (const [key, value] of Object.entries(JSON.parse(kept) as Record<string, string>)) localStorage.setItem(key, value);
  }, storage);
  const again = await Person.openTab(context, at.gateway.url);
  await ada.shows('.subtitle', /^Online/);
  await ada.message('gone?').getByRole('button', { name: 'Try again' }).click();
  await ada.isDelivered('gone?', 'delivered');
  await again.conversation('Ada').click();
  await again.hears('gone?');
  await Promise.all([ada.leave(), again.leave()]);
});

test('what peers write is text, whatever it looks like', async (t) => {
  const ada = await arrive(t, '<b>Ada</b>');
  const bob = await arrive(t, 'Bob');
  await ada.shows('.member', 'Bob');
  const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
  await ada.say(`${markup} javascript:alert(1) https://example.org/a?b=c&d, and https://bank.example@evil.example/`);
  await bob.hears(markup);
  assert.equal(await bob.page.locator('.message img, .message script, .author b').count(), 0);
  const links = bob.page.locator('.message .text a');
  assert.equal(await links.count(), 1);
  assert.deepEqual(
    [await links.getAttribute('href'), await links.getAttribute('target'), await links.getAttribute('rel')],
    ['https://example.org/a?b=c&d', '_blank', 'noopener noreferrer nofollow'],
  );
  await bob.shows('.author .name', '<b>Ada</b>');
  await Promise.all([ada.leave(), bob.leave()]);
});

test('somebody with a name that is taken is pointed out', async (t) => {
  const ada = await arrive(t, 'Ada');
  const eve = await arrive(t, 'Eve');
  await ada.shows('.member', 'Eve');
  await eve.rename('adа');
  await eve.say('I am Ada, too');
  await ada.hears('I am Ada, too');
  await ada.message('I am Ada, too').locator('.lookalike').waitFor();
  const short = (await eve.peerID()).slice(-8);
  await ada.shows('.author .short', short);
  await Promise.all([ada.leave(), eve.leave()]);
});

test('the connection panel tells addresses, path, round trip and software', async (t) => {
  const ada = await arrive(t, 'Ada');
  const bob = await arrive(t, 'Bob');
  await ada.shows('.member', 'Bob');
  await ada.page.locator('.sidebar .status').click();
  await ada.shows('.steps [data-progress="done"] .step-detail', '1 peer, ');
  await ada.shows('.connections .connection-head .title', 'Bob');
  for (const fact of ['Address', 'Path', 'Round trip', 'Security', 'Software', 'Open for']) await ada.shows('.connections dt', fact);
  await ada.shows('.connections dd', /noise/);
  await ada.shows('.connections dd', /\d ms$/);
  await picture(ada, 'connection-light');
  await ada.page.emulateMedia({ colorScheme: 'dark' });
  await picture(ada, 'connection-dark');
  await Promise.all([ada.leave(), bob.leave()]);
});
