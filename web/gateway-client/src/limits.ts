import { GatewayError } from './errors.js';

/** How long a call may take, and what can end it early. */
export interface CallOptions {
  /** Ends the call early, with the code `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the call fails with the code `timeout`; `Infinity` for none. Default: the client's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
  /**
   * What happens to a call made while there is no connection: `fail` (at once, with the code `disconnected`)
   * or `queue` (sent in order as soon as there is one). Default: the client's `whileDisconnected`.
   */
  readonly whileDisconnected?: 'fail' | 'queue' | undefined;
}

/** The longest delay that a timer of a browser can hold: 2^31 − 1 ms. */
const longestTimer = 0x7fff_ffff;

/** Waits for `work`, but no longer than the limits allow; `onLimit` runs first when a limit ends the wait. */
export function withLimits<T>(
  work: Promise<T>,
  what: string,
  signal: AbortSignal | undefined,
  timeoutMs: number,
  onLimit: () => void = () => {},
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const release = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    };
    const end = (error: GatewayError): void => {
      release();
      onLimit();
      reject(error);
    };
    const aborted = (): void => end(abortError(what, signal));

    work.then(
      (value) => (release(), resolve(value)),
      (reason: unknown) => (release(), reject(reason)),
    );
    if (signal?.aborted) return aborted();
    signal?.addEventListener('abort', aborted, { once: true });
    if (timeoutMs <= longestTimer) {
      timer = setTimeout(() => end(new GatewayError('timeout', `${what}: no answer within ${timeoutMs} ms`, { method: what })), timeoutMs);
    }
  });
}

/** The error for a call that its signal has ended. */
export function abortError(what: string, signal: AbortSignal | undefined): GatewayError {
  return new GatewayError('aborted', `${what}: aborted`, { method: what, cause: signal?.reason });
}

/** Rejects what can never be a time-out. */
export function checkTimeout(timeoutMs: number): number {
  if (!(timeoutMs > 0)) throw new GatewayError('invalid-argument', `timeoutMs must be more than 0, not ${timeoutMs}`);
  return timeoutMs;
}
