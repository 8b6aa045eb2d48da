import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { FakeServer } from '../support/fake-server.js';

/** A gateway that serves the chat, and can be killed and started again on the same port. */
export interface TestGateway {
  readonly url: string;
  /** The address that it printed, which may have a launch token in it. */
  readonly printed: string;
  /** Memory that the process holds now, in bytes; 0 where it is no process of its own. */
  residentBytes(): number;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

const web = fileURLToPath(new URL('../..', import.meta.url));
/** The command, or `fake`. */
export const executable = process.env.CAUSEWAY ?? `${web}../src/Causeway.Cli/bin/Release/net10.0/causeway`;

/** Whether the tests run on the gateway of the tests. */
export const isFake = executable === 'fake';

/** Starts the real gateway; with `CAUSEWAY=fake` the one of the tests, for work on the page alone. */
export async function startGateway(...options: string[]): Promise<TestGateway> {
  const gateway = isFake ? new FakeGatewayProcess() : new GatewayProcess(await freePort(), options);
  await gateway.restart();
  return gateway;
}

/** `causeway gateway`, with its peers on this machine only: nobody else on the network takes part in the tests. */
class GatewayProcess implements TestGateway {
  /** Files of pages survive a restart, and not the tests. */
  readonly #state = mkdtempSync(join(tmpdir(), 'causeway-gateway-'));
  readonly #port: number;
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;
  printed = '';

  constructor(port: number, options: readonly string[]) {
    this.#port = port;
    this.#options = options;
    process.once('exit', () => rmSync(this.#state, { recursive: true, force: true }));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  residentBytes(): number {
    const status = readFileSync(`/proc/${this.#process?.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? NaN) * 1024;
  }

  async kill(): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  }

  async restart(): Promise<void> {
    const args = ['gateway', '--noopen', '--linger', '--local', '--port', String(this.#port), ...this.#options];
    const started = spawn(executable, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, XDG_STATE_HOME: this.#state } });
    this.#process = started;
    const lines = createInterface(started.stdout);
    const ready = new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        if (!line.startsWith('Causeway gateway: ')) return;
        this.printed = line.slice('Causeway gateway: '.length);
        resolve();
      });
      started.once('error', reject);
      started.once('exit', (code) => reject(new Error(`the gateway ended with ${code ?? 'a signal'} before it was ready`)));
    });
    await ready;
  }
}

class FakeGatewayProcess implements TestGateway {
  #server: FakeServer | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  get printed(): string {
    return this.url;
  }

  residentBytes(): number {
    return 0;
  }

  async kill(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }

  async restart(): Promise<void> {
    this.#server = await FakeServer.start(`${web}chat/dist`, this.#port);
    this.#port = this.#server.port;
  }
}

/** Below the ports that systems give to outgoing connections: none of those takes it while the gateway is down. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
