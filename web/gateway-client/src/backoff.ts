/** How the client comes back after the connection has been lost. */
export interface ReconnectOptions {
  /** Milliseconds before the first new attempt; each further wait is twice as long. Default: 250. */
  readonly initialDelayMs?: number;
  /** The longest wait between two attempts, in milliseconds. Default: 15 000. */
  readonly maxDelayMs?: number;
}

/** A connection that lived this long was a good one: the next loss starts again with short waits. */
export const stableAfterMs = 5_000;

/**
 * Waits between attempts: doubling up to a limit, half of each at random, so that many pages that lost the
 * same gateway do not all come back in the same instant.
 */
export class Backoff {
  readonly #initial: number;
  readonly #max: number;
  readonly #random: () => number;
  #attempts = 0;

  constructor(options: ReconnectOptions, random: () => number) {
    this.#initial = options.initialDelayMs ?? 250;
    this.#max = options.maxDelayMs ?? 15_000;
    this.#random = random;
  }

  /** Attempts that have failed since the last {@link reset}. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Counts a failed attempt and says how many milliseconds to wait before the next. */
  next(): number {
    const full = Math.min(this.#max, this.#initial * 2 ** Math.min(this.#attempts, 30));
    this.#attempts += 1;
    return Math.round(full / 2 + (full / 2) * this.#random());
  }

  /** Forgets the failures. */
  reset(): void {
    this.#attempts = 0;
  }
}
