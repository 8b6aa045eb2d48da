import { GatewayError } from '../errors.js';
import type { UploadSource } from './types.js';

/** Bytes of one request. Small enough to be sent again without regret, large enough that round trips do not count. */
export const partLength = 2 * 1024 * 1024;

/** A part of what is uploaded. */
export interface Part {
  readonly body: Blob | Uint8Array<ArrayBuffer>;
  readonly length: number;
  /** Whether nothing follows. */
  readonly last: boolean;
}

/** Where the parts of an upload come from. */
export interface Parts {
  /** All bytes, where that is known. */
  readonly total: number | null;
  /** The part that begins at an offset; what is before it will not be asked for again, unless {@link canRestart}. */
  at(offset: number): Promise<Part>;
  /** Whether offset 0 can be asked for again. */
  readonly canRestart: boolean;
  /** Nothing more will be asked for. */
  cancel(reason: unknown): void;
}

/** The parts of whatever can be uploaded. */
export function partsOf(source: UploadSource): Parts {
  if (typeof source === 'string') return new BlobParts(new Blob([source]));
  if (source instanceof Blob) return new BlobParts(source);
  if (source instanceof Uint8Array) return new BlobParts(new Blob([source as Uint8Array<ArrayBuffer>]));
  return new StreamParts(source);
}

class BlobParts implements Parts {
  readonly canRestart = true;
  readonly #blob: Blob;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  get total(): number {
    return this.#blob.size;
  }

  at(offset: number): Promise<Part> {
    const end = Math.min(this.#blob.size, offset + partLength);
    return Promise.resolve({ body: this.#blob.slice(offset, end), length: end - offset, last: end === this.#blob.size });
  }

  cancel(): void {}
}

/** Keeps what the gateway has not confirmed yet, one part at most and what the stream gave beyond it. */
class StreamParts implements Parts {
  readonly total = null;
  readonly canRestart = false;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #kept: Uint8Array[] = [];
  #start = 0;
  #length = 0;
  #ended = false;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  async at(offset: number): Promise<Part> {
    this.#drop(offset);
    while (!this.#ended && this.#length <= partLength) {
      const { done, value } = await this.#reader.read();
      if (done) this.#ended = true;
      else this.#kept.push(value);
      this.#length += value?.length ?? 0;
    }
    const body = this.#first(Math.min(this.#length, partLength));
    return { body, length: body.length, last: this.#ended && body.length === this.#length };
  }

  cancel(reason: unknown): void {
    this.#reader.cancel(reason).catch(() => {});
  }

  #drop(offset: number): void {
    if (offset < this.#start) throw new GatewayError('connection-lost', 'the gateway has lost the upload, and a stream cannot be read twice: upload it again');
    let surplus = offset - this.#start;
    while (surplus > 0) {
      const first = this.#kept.shift();
      if (first === undefined) throw new GatewayError('protocol', 'the gateway confirmed more than it was sent');
      if (first.length > surplus) this.#kept.unshift(first.subarray(surplus));
      const dropped = Math.min(first.length, surplus);
      this.#length -= dropped;
      surplus -= dropped;
    }
    this.#start = offset;
  }

  #first(length: number): Uint8Array<ArrayBuffer> {
    const part = new Uint8Array(length);
    let filled = 0;
    for (const piece of this.#kept) {
      if (filled === length) break;
      const taken = piece.subarray(0, length - filled);
      part.set(taken, filled);
      filled += taken.length;
    }
    return part;
  }
}
