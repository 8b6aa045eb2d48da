/** How many messages may wait for a slow listener. */
export const serialQueueCapacity = 10_000;

/**
 * Hands messages to one listener, one after the other: a listener that returns a promise gets the next message when
 * that has settled. An exception goes to `onError` and stops nothing. What exceeds the capacity is dropped and reported.
 */
export class SerialQueue {
  readonly #onError: (error: unknown) => void;
  readonly #onOverflow: () => void;
  readonly #waiting: Array<() => unknown> = [];
  #busy = false;

  constructor(onError: (error: unknown) => void, onOverflow: () => void) {
    this.#onError = onError;
    this.#onOverflow = onOverflow;
  }

  /** Runs `deliver` now, or after those that wait. */
  push(deliver: () => unknown): void {
    if (this.#waiting.length >= serialQueueCapacity) return this.#onOverflow();
    this.#waiting.push(deliver);
    this.#drain();
  }

  /** Forgets what still waits. */
  clear(): void {
    this.#waiting.length = 0;
  }

  #drain(): void {
    while (!this.#busy) {
      const deliver = this.#waiting.shift();
      if (deliver === undefined) return;
      this.#run(deliver);
    }
  }

  #run(deliver: () => unknown): void {
    this.#busy = true;
    let outcome: unknown;
    try {
      outcome = deliver();
    } catch (error) {
      this.#onError(error);
    }
    if (!isPromise(outcome)) {
      this.#busy = false;
      return;
    }
    void Promise.resolve(outcome).then(undefined, this.#onError).finally(() => {
      this.#busy = false;
      this.#drain();
    });
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
