import { Deferred } from './deferred.js';
import { fromAnswer, GatewayError } from './errors.js';
import { socketOpen, type WebSocketLike } from './socket.js';
import { decodeFrame, encodeRequest, type AnswerFrame, type PushFrame } from './wire.js';

/** What a session tells its owner. */
export interface SessionEvents {
  /** The gateway said something of its own accord (other than an acknowledgement). */
  push(frame: PushFrame): void;
  /** A frame that could not be understood; the session goes on. */
  malformed(error: GatewayError): void;
  /** The socket is gone. Called once. */
  lost(error: GatewayError): void;
}

/** The pushes that answer a request. */
export type FilePush = 'peerFiles' | 'gotFile';

interface PendingRequest {
  readonly method: string;
  readonly answer: Deferred<unknown>;
}

/** One WebSocket from opening to close: pairs answers with requests and acknowledgements with sends. */
export class Session {
  readonly #socket: WebSocketLike;
  readonly #events: SessionEvents;
  readonly #opened = new Deferred<void>();
  readonly #requests = new Map<number, PendingRequest>();
  readonly #sends = new Map<number, Deferred<void>>();
  /** Those who wait for a push, by what it will be about; the first of equal ones gets the first push. */
  readonly #awaited = new Map<string, Deferred<Record<string, unknown>>[]>();
  #nextRequest = 0;
  #nextAck = 0;
  #ended: GatewayError | undefined;

  constructor(socket: WebSocketLike, events: SessionEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.onopen = () => this.#opened.resolve();
    socket.onmessage = (event: { data: unknown }) => this.#receive(event.data);
    socket.onclose = (event: { code?: number; reason?: string }) => this.#end(describeClose(event));
    // An error is always followed by a close, and says less than that.
    socket.onerror = () => {};
  }

  /** Settled when the WebSocket is open, or will never be. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Writes a request; the promise is its result. */
  request(method: string, params: object): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#nextRequest++;
    const answer = new Deferred<unknown>();
    try {
      this.#write(encodeRequest(id, method, params));
      this.#requests.set(id, { method, answer });
    } catch (error) {
      answer.reject(error);
    }
    return answer.promise;
  }

  /** Writes a `send` request; the promise is the other side's acknowledgement. */
  send(params: { peer: string; protocol: string; data: unknown }): Promise<void> {
    if (this.#ended) return Promise.reject(this.#ended);
    const ack = this.#nextAck++;
    const delivered = new Deferred<void>();
    this.#sends.set(ack, delivered);
    this.request('send', { ...params, ack }).catch((error: unknown) => {
      this.#sends.delete(ack);
      delivered.reject(error);
    });
    return delivered.promise;
  }

  /** Writes a request whose answer is a push that follows; the promise is the parameters of the push. */
  requestPush(method: string, params: object, push: FilePush, about: string): Promise<Record<string, unknown>> {
    if (this.#ended) return Promise.reject(this.#ended);
    const key = `${push} ${about}`;
    const told = new Deferred<Record<string, unknown>>();
    this.#awaited.set(key, [...(this.#awaited.get(key) ?? []), told]);
    this.request(method, params).catch((error: unknown) => {
      this.#stopAwaiting(key, told);
      told.reject(error);
    });
    return told.promise;
  }

  /** Closes the socket; whatever still waits fails with `error`. */
  close(error: GatewayError): void {
    this.#end(error);
    this.#socket.close(1000);
  }

  #write(text: string): void {
    if (this.#socket.readyState !== socketOpen) throw new GatewayError('connection-lost', 'the connection is closing');
    this.#socket.send(text);
  }

  #receive(data: unknown): void {
    if (this.#ended) return;
    try {
      const frame = decodeFrame(data);
      if (frame.kind === 'answer') this.#answered(frame);
      else this.#pushed(frame);
    } catch (error) {
      if (!GatewayError.is(error)) throw error;
      this.#events.malformed(error);
    }
  }

  #answered(frame: AnswerFrame): void {
    const pending = this.#requests.get(frame.requestid);
    if (pending === undefined) {
      // -1 is the gateway's answer to a frame that it could not read.
      if (frame.error) this.#events.malformed(fromAnswer('', frame.error.code, frame.error.message));
      return;
    }
    this.#requests.delete(frame.requestid);
    if (frame.error) pending.answer.reject(fromAnswer(pending.method, frame.error.code, frame.error.message));
    else pending.answer.resolve(frame.result);
  }

  #pushed(frame: PushFrame): void {
    if (frame.method === 'ack') this.#takeSend(frame)?.resolve();
    else if (frame.method === 'ackFailed') this.#takeSend(frame)?.reject(notDelivered(frame.params.error));
    else if (frame.method === 'peerFiles') this.#tell(`peerFiles ${String(frame.params.peerid)}`, frame.params);
    else if (frame.method === 'gotFile') this.#tell(`gotFile ${String(frame.params.cid)}`, frame.params);
    else this.#events.push(frame);
  }

  #tell(key: string, params: Record<string, unknown>): void {
    const told = this.#awaited.get(key)?.[0];
    if (told === undefined) return;
    this.#stopAwaiting(key, told);
    told.resolve(params);
  }

  #stopAwaiting(key: string, told: Deferred<Record<string, unknown>>): void {
    const others = (this.#awaited.get(key) ?? []).filter((other) => other !== told);
    if (others.length > 0) this.#awaited.set(key, others);
    else this.#awaited.delete(key);
  }

  #takeSend(frame: PushFrame): Deferred<void> | undefined {
    const ack = Number(frame.params.ack);
    const send = this.#sends.get(ack);
    this.#sends.delete(ack);
    return send;
  }

  #end(error: GatewayError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#opened.reject(error);
    for (const { answer } of this.#requests.values()) answer.reject(error);
    for (const delivered of this.#sends.values()) delivered.reject(error);
    for (const told of [...this.#awaited.values()].flat()) told.reject(error);
    this.#requests.clear();
    this.#sends.clear();
    this.#awaited.clear();
    this.#events.lost(error);
  }
}

function describeClose({ code, reason }: { code?: number; reason?: string }): GatewayError {
  const why = reason ? `: ${reason}` : '';
  return new GatewayError('connection-lost', `the connection to the gateway was closed (${code ?? 1006})${why}`, code === undefined ? {} : { status: code });
}

function notDelivered(error: unknown): GatewayError {
  const message = typeof error === 'string' && error !== '' ? error : 'the message could not be delivered';
  return new GatewayError('delivery-failed', message, { method: 'send' });
}
