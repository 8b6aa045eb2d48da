import type { Backoff } from '../backoff.js';
import { GatewayError, type GatewayErrorCode } from '../errors.js';
import { abortError } from '../limits.js';
import { isObject } from '../wire.js';
import { pageHeader } from './access.js';

/** What the platform's `fetch` does, as far as it is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How transfers reach the gateway. */
export interface Transport {
  /** Where the gateway serves files, such as `http://localhost:10000`. */
  readonly base: () => string;
  /** What shows that a request is this page's. Fails while there is no connection. */
  readonly token: () => Promise<string>;
  readonly fetch: Fetch;
  /** Fresh waits for one transfer. */
  readonly backoff: () => Backoff;
}

/** A request to the gateway. Whatever is not a success becomes a {@link GatewayError}; statuses in `accept` count as successes. */
export async function request(
  { base, token, fetch }: Transport,
  method: string,
  path: string,
  headers: Record<string, string>,
  options: { body?: BodyInit | undefined; signal?: AbortSignal | undefined; accept?: readonly number[] } = {},
): Promise<Response> {
  const what = `${method} ${path}`;
  const { signal } = options;
  const shown = await token();
  let response: Response;
  try {
    response = await fetch(base() + path, {
      method,
      headers: { ...headers, [pageHeader]: shown },
      body: options.body ?? null,
      signal: signal ?? null,
      credentials: 'include',
      cache: 'no-store',
    });
  } catch (cause) {
    if (signal?.aborted) throw abortError(what, signal);
    throw new GatewayError('network', `${what}: the gateway does not answer`, { method: what, cause });
  }
  if (response.ok || options.accept?.includes(response.status)) return response;
  throw await refusal(what, response);
}

/** Bytes that failed to arrive. */
export function broken(what: string, signal: AbortSignal | undefined, cause: unknown): GatewayError {
  if (signal?.aborted) return abortError(what, signal);
  return GatewayError.is(cause) ? cause : new GatewayError('network', `${what}: the connection broke`, { method: what, cause });
}

async function refusal(what: string, response: Response): Promise<GatewayError> {
  const { status } = response;
  let message = `${what}: HTTP ${status}`;
  try {
    const body: unknown = await response.json();
    if (isObject(body) && isObject(body.error) && typeof body.error.message === 'string') message = body.error.message;
  } catch {
    // Not from the gateway, but from something before it. The status says enough.
  }
  return new GatewayError(codes.get(status) ?? 'gateway', message, { status, method: what });
}

const codes = new Map<number, GatewayErrorCode>([
  [400, 'bad-request'],
  // The token lives as long as the connection: the page will have another one soon.
  [401, 'no-peer'],
  [404, 'not-found'],
  [409, 'conflict'],
  [413, 'too-large'],
  [416, 'bad-request'],
  [429, 'overloaded'],
  [502, 'network'],
  [503, 'overloaded'],
  [504, 'file-unavailable'],
  [507, 'quota-exceeded'],
]);
