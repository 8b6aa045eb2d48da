import { test } from 'node:test';
import { launch } from './browser.js';
import { isFake, startGateway } from './gateway.js';
import { startNode } from './node.js';
import { Person } from './person.js';

const options = { skip: isFake && 'the gateway of the tests has no network' };

test('pages of two gateways that know a node only find each other, and see that they are connected directly', options, async (t) => {
  const node = await startNode(t);
  const gateways = await Promise.all([startGateway('--bootstrap', node), startGateway('--bootstrap', node)]);
  t.after(() => Promise.all(gateways.map((gateway) => gateway.kill())));
  const browser = await launch();
  t.after(() => browser.close());
  const [ada, bob] = [await Person.arrive(browser, gateways[0].url, 'Ada'), await Person.arrive(browser, gateways[1].url, 'Bob')];
  await ada.turnTo('Bob');
  await ada.shows('.titles .path', /^direct, \d.* ms$/);
  await ada.say('from one gateway to another');
  await ada.isDelivered('from one gateway to another', 'delivered');
  await bob.conversation('Ada').locator('.path[data-path="direct"]').filter({ hasText: /ms$/ }).waitFor();
  await Promise.all([ada.leave(), bob.leave()]);
});
