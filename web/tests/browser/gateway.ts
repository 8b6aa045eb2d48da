import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { FakeServer } from '../support/fake-server.js';

/** A gateway that serves the chat, and can be killed and started again on the same port. */
export interface TestGateway {
  readonly url: string;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

const web = fileURLToPath(new URL('../..', import.meta.url));
const executable = process.env.CAUSEWAY ?? `${web}../src/Causeway.Cli/bin/Release/net10.0/causeway`;

/** Starts the real gateway; with `CAUSEWAY=fake` the one of the tests, for work on the page alone. */
export async function startGateway(): Promise<TestGateway> {
  const gateway = executable === 'fake' ? new FakeGatewayProcess() : new GatewayProcess(await freePort());
  await gateway.restart();
  return gateway;
}

/** `causeway gateway`, with its peers on this machine only: nobody else on the network takes part in the tests. */
class GatewayProcess implements TestGateway {
  readonly #port: number;
  #process: ChildProcess | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async kill(): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  }

  async restart(): Promise<void> {
    const args = ['gateway', '--noopen', '--linger', '--local', '--port', String(this.#port)];
    const started = spawn(executable, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = started;
    const lines = createInterface(started.stdout);
    const ready = new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => line.startsWith('Causeway gateway:') && resolve());
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

  async kill(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }

  async restart(): Promise<void> {
    this.#server = await FakeServer.start(`${web}chat/dist`, this.#port);
    this.#port = this.#server.port;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
