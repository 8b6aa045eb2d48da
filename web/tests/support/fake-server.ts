import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
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
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (this.gateway.http.serves(url.pathname)) return void this.#serveFiles(request, url, response);
      const path = normalize(url.pathname);
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

  async #serveFiles(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    const body = Buffer.concat(pieces);
    const answer = this.gateway.http.handle(request.method ?? 'GET', url, new Headers(request.headers as Record<string, string>), body);
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
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
