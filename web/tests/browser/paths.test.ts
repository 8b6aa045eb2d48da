import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { FakeServer } from '../support/fake-server.js';
import { accessibilityProblems } from './accessibility.js';
import { launch } from './browser.js';
import { Person } from './person.js';

const site = fileURLToPath(new URL('../../chat/dist', import.meta.url));
const screenshots = fileURLToPath(new URL('../screenshots', import.meta.url));

// On the gateway of the tests, which puts whom it likes behind a relay; that the real one tells relayed from direct is tested there.
for (const colorScheme of ['light', 'dark'] as const) {
  test(`each contact shows its path and round trip, and becomes direct while one looks, in ${colorScheme} colours`, async (t) => {
    mkdirSync(screenshots, { recursive: true });
    const server = await FakeServer.start(site);
    t.after(() => server.stop());
    const browser = await launch();
    t.after(() => browser.close());
    const ada = await Person.arrive(browser, server.url, 'Ada', { colorScheme });
    const bob = await Person.arrive(browser, server.url, 'Bob');
    const eve = await Person.arrive(browser, server.url, 'Eve');
    server.gateway.relayed.add(await bob.peerID());
    for (const other of ['Eve', 'Bob']) {
      await ada.conversation('lobby').click();
      await ada.turnTo(other);
      await ada.say(`Hello, ${other}`);
      await ada.isDelivered(`Hello, ${other}`, 'delivered');
    }

    await ada.conversation('Bob').locator('.path[data-path="relayed"]').filter({ hasText: /^\d.* ms$/ }).waitFor();
    await ada.conversation('Eve').locator('.path[data-path="direct"]').filter({ hasText: /^\d.* ms$/ }).waitFor();
    await ada.shows('.titles .path', /^relayed, \d.* ms$/);
    await ada.page.getByRole('button', { name: /^Bob.*online, relayed, .* ms/ }).waitFor();
    assert.deepEqual(await accessibilityProblems(ada.page), []);
    await ada.page.screenshot({ path: `${screenshots}/paths-${colorScheme}.png` });

    const before = [await places(ada.page), await ada.layoutShift()];
    server.gateway.relayed.clear();
    await ada.shows('.titles .path', /^direct, \d.* ms$/);
    await ada.conversation('Bob').locator('.path[data-path="direct"]').waitFor();
    assert.deepEqual([await places(ada.page), await ada.layoutShift()], before);

    await bob.leave();
    await ada.shows('.subtitle', /^Offline/);
    await ada.conversation('Bob').locator('.path:empty').waitFor({ state: 'attached' });
    await Promise.all([ada.leave(), eve.leave()]);
  });
}

/** Where names and rows are. */
function places(page: Page): Promise<string[]> {
  return page.evaluate(() => [...document.querySelectorAll('.conversation, .titles h1, .subtitle')].map((element) => JSON.stringify(element.getBoundingClientRect())));
}
