import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { FakeGateway } from './fake-gateway.js';

const types: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

/** What a careful gateway sends with every page. */
const policy = "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'self'";

/** A fake gateway that serves a site and `/ws` on loopback, as the real one does. */
export class FakeServer {
  readonly gateway = new FakeGateway();
  readonly #server: Server;
  readonly #sockets: WebSocketServer;

  private constructor(site: string) {
    this.#server = createServer((request, response) => {
      const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
      const file = join(site, path.endsWith('/') ? 'index.html' : path);
      readFile(file).then(
        (content) => response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-security-policy': policy }).end(content),
        () => response.writeHead(404).end(),
      );
    });
    this.#sockets = new WebSocketServer({ server: this.#server, path: '/ws' });
    this.#sockets.on('connection', (socket) => {
      const connection = this.gateway.connect((text) => socket.send(text));
      socket.on('message', (data) => connection.receive(String(data)));
      socket.on('close', () => connection.closed());
    });
  }

  /** Serves `site` on `port` (0: any). */
  static async start(site: string, port = 0): Promise<FakeServer> {
    const fake = new FakeServer(site);
    await new Promise<void>((resolve, reject) => fake.#server.once('error', reject).listen(port, '127.0.0.1', resolve));
    return fake;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Goes away at once, as a killed gateway does. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
