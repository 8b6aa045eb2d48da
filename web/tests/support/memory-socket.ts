import type { WebSocketLike } from '@causeway/gateway-client';
import type { FakeConnection, FakeGateway } from './fake-gateway.js';

/** A WebSocket to a fake gateway in the same process. Frames take a turn of the event loop, as they do on a wire. */
export class MemorySocket implements WebSocketLike {
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  #connection: FakeConnection | undefined;

  /** `null` is a gateway that is not there. */
  constructor(gateway: FakeGateway | null) {
    setImmediate(() => (gateway ? this.#open(gateway) : this.drop()));
  }

  send(data: string): void {
    setImmediate(() => this.readyState === 1 && this.#connection?.receive(data));
  }

  close(): void {
    setImmediate(() => this.drop());
  }

  /** Breaks the connection. */
  drop(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#connection?.closed();
    this.onclose?.({ code: 1006, reason: '' } as never);
  }

  #open(gateway: FakeGateway): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.#connection = gateway.connect((text) => {
      setImmediate(() => this.readyState === 1 && this.onmessage?.({ data: text } as never));
    });
    this.onopen?.({} as never);
  }
}
