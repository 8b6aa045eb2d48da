import { GatewayError } from './errors.js';

/** A request as it goes out; see docs/reference/gateway-protocol.md. */
export interface RequestFrame {
  readonly requestid: number;
  readonly method: string;
  readonly params: object;
  readonly isresponse: false;
}

/** An answer of the gateway to one of our requests. */
export interface AnswerFrame {
  readonly kind: 'answer';
  readonly requestid: number;
  readonly result: unknown;
  readonly error: { readonly code: number; readonly message: string } | undefined;
}

/** Something the gateway says of its own accord. It is never answered. */
export interface PushFrame {
  readonly kind: 'push';
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** Writes a request as one text frame. */
export function encodeRequest(requestid: number, method: string, params: object): string {
  const frame: RequestFrame = { requestid, method, params, isresponse: false };
  try {
    return JSON.stringify(frame);
  } catch (cause) {
    throw new GatewayError('invalid-argument', `${method}: the data cannot be written as JSON`, { method, cause });
  }
}

/** Reads one frame of the gateway. Throws a {@link GatewayError} with the code `protocol` for what is not one. */
export function decodeFrame(text: unknown): AnswerFrame | PushFrame {
  const frame = parseObject(text);
  if (frame.isresponse === true) return answer(frame);
  if (typeof frame.method !== 'string') throw malformed('a push without a method');
  return { kind: 'push', method: frame.method, params: isObject(frame.params) ? frame.params : {} };
}

/** Whether `value` is an object of JSON (neither an array nor null). */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The error for what the gateway should not have said. */
export function malformed(what: string, cause?: unknown): GatewayError {
  return new GatewayError('protocol', `the gateway sent ${what}`, { cause });
}

function answer(frame: Record<string, unknown>): AnswerFrame {
  if (typeof frame.requestid !== 'number') throw malformed('an answer without a request id');
  const error = isObject(frame.error)
    ? { code: Number(frame.error.code), message: String(frame.error.message ?? 'unknown error') }
    : undefined;
  return { kind: 'answer', requestid: frame.requestid, result: frame.result ?? null, error };
}

function parseObject(text: unknown): Record<string, unknown> {
  if (typeof text !== 'string') throw malformed('a binary frame');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed('a frame that is not JSON', cause);
  }
  if (!isObject(value)) throw malformed('a frame that is not an object');
  return value;
}
