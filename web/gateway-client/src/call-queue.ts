import { Deferred } from './deferred.js';
import { GatewayError } from './errors.js';
import type { Session } from './session.js';

/** A call that waits for a session. */
interface QueuedCall {
  readonly run: (session: Session) => Promise<unknown>;
  readonly done: Deferred<unknown>;
}

/** Calls made while there was no connection, in their order. */
export class CallQueue {
  readonly #capacity: number;
  #calls: QueuedCall[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Puts a call at the end. `cancel` takes it out again, as long as it has not been run. */
  add<T>(run: (session: Session) => Promise<T>): { work: Promise<T>; cancel: () => void } {
    if (this.#calls.length >= this.#capacity) {
      return { work: Promise.reject(new GatewayError('queue-full', `${this.#capacity} calls are waiting for a connection already`)), cancel: () => {} };
    }
    const call: QueuedCall = { run, done: new Deferred<unknown>() };
    this.#calls.push(call);
    return {
      work: call.done.promise as Promise<T>,
      cancel: () => void (this.#calls = this.#calls.filter((other) => other !== call)),
    };
  }

  /** Runs every call, in order. */
  flush(session: Session): void {
    for (const { run, done } of this.#take()) run(session).then(done.resolve, done.reject);
  }

  /** Fails every call. */
  fail(error: GatewayError): void {
    for (const { done } of this.#take()) done.reject(error);
  }

  #take(): QueuedCall[] {
    const calls = this.#calls;
    this.#calls = [];
    return calls;
  }
}
