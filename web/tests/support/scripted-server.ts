import assert from 'node:assert/strict';
import type { WebSocketLike } from '@causeway/gateway-client';

/** A request as the client wrote it. */
export interface Request {
  readonly requestid: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
  readonly isresponse: boolean;
}

/** Values in the order of their coming, for one reader that may come first. */
class Inbox<T> {
  readonly #values: T[] = [];
  readonly #readers: Array<(value: T) => void> = [];

  put(value: T): void {
    const reader = this.#readers.shift();
    if (reader) reader(value);
    else this.#values.push(value);
  }

  take(): Promise<T> {
    const value = this.#values.shift();
    return value === undefined ? new Promise((resolve) => this.#readers.push(resolve)) : Promise.resolve(value);
  }

  get size(): number {
    return this.#values.length;
  }
}

/** The server's end of a WebSocket that exists in memory only; the test plays the gateway. */
export class ScriptedSocket implements WebSocketLike {
  readonly url: string;
  readonly requests = new Inbox<Request>();
  readyState = 0;
  closedByClient = false;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;

  constructor(url: string) {
    this.url = url;
  }

  send(data: string): void {
    assert.equal(this.readyState, 1, 'the client sent on a socket that is not open');
    this.requests.put(JSON.parse(data) as Request);
  }

  close(): void {
    this.closedByClient = true;
    this.drop();
  }

  /** Lets the client's attempt to open succeed. */
  open(): void {
    this.readyState = 1;
    this.onopen?.({} as never);
  }

  /** Ends the connection, as a gateway that goes away does. */
  drop(code = 1006, reason = ''): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code, reason } as never);
  }

  /** Sends the client one frame, verbatim. */
  frame(text: unknown): void {
    this.onmessage?.({ data: text } as never);
  }

  /** Sends the client a push. */
  push(method: string, params: object): void {
    this.frame(JSON.stringify({ requestid: 0, method, params, isresponse: false }));
  }

  /** Answers a request. */
  answer(request: Request, result: unknown = null): void {
    this.frame(JSON.stringify({ requestid: request.requestid, method: '', result, isresponse: true }));
  }

  /** Refuses a request. */
  refuse(request: Request, code: number, message: string): void {
    this.frame(JSON.stringify({ requestid: request.requestid, method: '', error: { code, message }, isresponse: true }));
  }

  /** Waits for the client's next request, which must be `method`. */
  async expect(method: string): Promise<Request> {
    const request = await this.requests.take();
    assert.equal(request.method, method);
    assert.equal(request.isresponse, false);
    return request;
  }

  /** Opens, and answers the request for a peer. */
  async welcome(peerkey = 'key-1', peerid = 'peer-1'): Promise<Request> {
    this.open();
    const request = await this.expect('peer');
    this.answer(request, { peerid, peerkey, version: '1.2.3' });
    return request;
  }
}

/** Where the client's sockets end up, one by one. */
export class ScriptedServer {
  readonly #sockets = new Inbox<ScriptedSocket>();

  readonly webSocket = (url: string): WebSocketLike => {
    const socket = new ScriptedSocket(url);
    this.#sockets.put(socket);
    return socket;
  };

  /** Waits for the client's next attempt to connect. */
  next(): Promise<ScriptedSocket> {
    return this.#sockets.take();
  }

  /** How many attempts nobody has looked at yet. */
  get attempts(): number {
    return this.#sockets.size;
  }
}

/** Lets everything that is ready to run do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
