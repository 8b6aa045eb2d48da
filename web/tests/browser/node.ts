import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { executable } from './gateway.js';

/** `causeway node` on loopback; its address. */
export async function startNode(t: TestContext): Promise<string> {
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
