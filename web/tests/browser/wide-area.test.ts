import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { launch } from './browser.js';
import { executable, isFake, startGateway } from './gateway.js';
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

/** `causeway node` on loopback; its address. */
async function startNode(t: TestContext): Promise<string> {
  const state = await mkdtemp(join(tmpdir(), 'causeway-node-'));
  const node = spawn(executable, ['node', '--listen', '/ip4/127.0.0.1/tcp/0', '--http-port', '0', '--state', state], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(async () => {
    const ended = once(node, 'exit');
    if (node.exitCode === null && node.kill('SIGKILL')) await ended;
    await rm(state, { recursive: true, force: true });
  });
  for await (const line of createInterface(node.stdout)) {
    const address = /^\s*(\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/\S+)$/.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error('the node ended before it was ready');
}
