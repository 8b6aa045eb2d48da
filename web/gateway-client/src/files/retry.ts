import { Backoff } from '../backoff.js';
import { GatewayError, type GatewayErrorCode } from '../errors.js';
import { abortError } from '../limits.js';

/** Failures in a row after which a transfer gives up, unless it says otherwise. */
const usualRetries = 8;

/** What another attempt may mend: the gateway was away, is starting again, or has too much to do just now. */
const passing: readonly GatewayErrorCode[] = ['network', 'disconnected', 'connection-lost', 'overloaded', 'no-peer', 'timeout'];

/** Counts the failures of one transfer and pauses between its attempts. */
export class Attempts {
  readonly #what: string;
  readonly #signal: AbortSignal | undefined;
  readonly #retries: number;
  readonly #backoff: Backoff;

  constructor(what: string, options: { signal?: AbortSignal | undefined; retries?: number | undefined }, backoff: Backoff) {
    this.#what = what;
    this.#signal = options.signal;
    this.#retries = options.retries ?? usualRetries;
    this.#backoff = backoff;
  }

  /** There was progress: what failed before counts no more. */
  succeeded(): void {
    this.#backoff.reset();
  }

  /** Waits before the next attempt; throws where there is no point in one. */
  async failed(error: unknown): Promise<void> {
    if (this.#signal?.aborted) throw abortError(this.#what, this.#signal);
    if (!GatewayError.is(error) || !passing.includes(error.code) || this.#backoff.attempts >= this.#retries) throw error;
    await this.#pause(this.#backoff.next());
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const aborted = (): void => {
        clearTimeout(timer);
        reject(abortError(this.#what, this.#signal));
      };
      const timer = setTimeout(() => {
        this.#signal?.removeEventListener('abort', aborted);
        resolve();
      }, delayMs);
      this.#signal?.addEventListener('abort', aborted, { once: true });
    });
  }
}
