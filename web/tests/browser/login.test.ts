import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch, patienceMs } from './browser.js';
import { isFake, startGateway } from './gateway.js';

const connected = '.status[data-stage="connected"]';
const options = { skip: isFake && 'the gateway of the tests has no launch token' };

test('the printed address logs in, the bare one asks for the token, and a link from elsewhere finds the login', options, async (t) => {
  const gateway = await startGateway('--token');
  t.after(() => gateway.kill());
  const browser = await launch();
  t.after(() => browser.close());
  const bare = gateway.printed.slice(0, gateway.printed.indexOf('#'));
  const token = decodeURIComponent(gateway.printed.slice(gateway.printed.indexOf('=') + 1));

  const context = await browser.newContext();
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  await page.goto(gateway.printed);
  await page.locator(connected).first().waitFor({ state: 'attached' });
  assert.equal(page.url().includes('token'), false);
  assert.equal(await page.evaluate(() => document.cookie), '');

  // The cookie is not sent with the first request of such a link.
  const other = await context.newPage();
  await other.route('http://elsewhere.example/', (route) => route.fulfill({ contentType: 'text/html', body: `<a href="${bare}">chat</a>` }));
  await other.goto('http://elsewhere.example/');
  await other.getByRole('link').click();
  await other.locator(connected).first().waitFor({ state: 'attached' });

  const stranger = await (await browser.newContext()).newPage();
  stranger.setDefaultTimeout(patienceMs);
  await stranger.goto(bare);
  await stranger.getByLabel('Token').fill('not this one');
  await stranger.getByRole('button', { name: 'Log in' }).click();
  await stranger.getByRole('status').filter({ hasText: 'not the token' }).waitFor();
  await stranger.getByLabel('Token').fill(token);
  await stranger.getByRole('button', { name: 'Log in' }).click();
  await stranger.locator(connected).first().waitFor({ state: 'attached' });
});
