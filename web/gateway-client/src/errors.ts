/**
 * What went wrong, for programs. The sentence for people is in `message`.
 *
 * | code | meaning |
 * |---|---|
 * | `aborted` | the call's `AbortSignal` fired, or a later call withdrew this one |
 * | `timeout` | no answer in time |
 * | `disconnected` | there is no connection now, and the call was not to be queued; nothing was sent |
 * | `connection-lost` | the connection broke after the request was written; whether it took effect is not known |
 * | `closed` | the client has been closed |
 * | `queue-full` | too many calls are waiting already |
 * | `invalid-argument` | an argument that cannot be sent, such as a cyclic object |
 * | `already-started`, `not-started` | the protocol is, or is not, started on this client |
 * | `bad-request` | the gateway refused the request (400) |
 * | `no-peer` | the gateway has no peer for this connection (404) |
 * | `peer-in-use` | the peer ID is live already, as a rule in a duplicate of this tab |
 * | `too-large` | the message is larger than the gateway or the network allows (413) |
 * | `overloaded` | a queue or table of the gateway is full (429): slow down, then try again |
 * | `not-available` | this gateway does not offer that (501) |
 * | `delivery-failed` | the other peer could not be reached, or did not take the message |
 * | `file-unavailable` | nobody who was asked has the file, or the peer's list could not be had |
 * | `not-found` | there is nothing at that path |
 * | `conflict` | the state does not allow it, such as a file where a folder is needed |
 * | `quota-exceeded` | this peer's room at the gateway is used up (507) |
 * | `network` | a transfer's connection to the gateway broke, and retrying did not help |
 * | `gateway` | any other failure that the gateway reported |
 * | `protocol` | the gateway said something that this client does not understand |
 * | `listener-overflow` | a listener is so slow that messages for it had to be dropped |
 */
export type GatewayErrorCode =
  | 'aborted'
  | 'timeout'
  | 'disconnected'
  | 'connection-lost'
  | 'closed'
  | 'queue-full'
  | 'invalid-argument'
  | 'already-started'
  | 'not-started'
  | 'bad-request'
  | 'no-peer'
  | 'peer-in-use'
  | 'too-large'
  | 'overloaded'
  | 'not-available'
  | 'delivery-failed'
  | 'file-unavailable'
  | 'not-found'
  | 'conflict'
  | 'quota-exceeded'
  | 'network'
  | 'gateway'
  | 'protocol'
  | 'listener-overflow';

/** Further facts about a {@link GatewayError}. */
export interface GatewayErrorDetails {
  /** The number in the gateway's error answer, where there was one. */
  readonly status?: number;
  /** The request that failed, by its name on the wire. */
  readonly method?: string;
  /** What lies beneath: an abort reason, a WebSocket event, a parser's exception. */
  readonly cause?: unknown;
}

/** Every failure of this library: `code` for programs, `message` for people. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: GatewayErrorCode;
  readonly status: number | undefined;
  readonly method: string | undefined;

  constructor(code: GatewayErrorCode, message: string, details: GatewayErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.method = details.method;
  }

  /** Whether `error` is a {@link GatewayError}, and (if given) has this code. */
  static is(error: unknown, code?: GatewayErrorCode): error is GatewayError {
    return error instanceof GatewayError && (code === undefined || error.code === code);
  }
}

/** The error for an answer `{code, message}` of the gateway. */
export function fromAnswer(method: string, status: number, message: string): GatewayError {
  return new GatewayError(codeOf(status, message), message, { status, method });
}

function codeOf(status: number, message: string): GatewayErrorCode {
  // Gateways differ in the numbers of these, but their messages are part of the protocol.
  if (message.startsWith('peer ID already in use')) return 'peer-in-use';
  if (message.startsWith('already started protocol')) return 'already-started';
  if (message.startsWith('protocol not started')) return 'not-started';
  if (message.startsWith('file not found')) return 'not-found';
  return codes.get(status) ?? 'gateway';
}

const codes = new Map<number, GatewayErrorCode>([
  [400, 'bad-request'],
  [404, 'no-peer'],
  [409, 'conflict'],
  [413, 'too-large'],
  [429, 'overloaded'],
  [501, 'not-available'],
  [507, 'quota-exceeded'],
]);
