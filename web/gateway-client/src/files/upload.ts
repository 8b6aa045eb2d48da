import { GatewayError } from '../errors.js';
import { abortError } from '../limits.js';
import { escapePath } from './access.js';
import { decodeStored } from './decode.js';
import { request, type Transport } from './http.js';
import { partsOf, type Part, type Parts } from './parts.js';
import { Attempts } from './retry.js';
import type { StoredFile, UploadOptions, UploadSource } from './types.js';

/**
 * Uploads in parts: the first creates the upload, the others are appended to it, the last one is answered with the file
 * (docs/reference/gateway-protocol.md, "Uploads"). After a failure it asks the gateway how far it came, and goes on there.
 */
export async function upload(transport: Transport, path: string, source: UploadSource, options: UploadOptions): Promise<StoredFile> {
  const parts = partsOf(source);
  const running = new Upload(transport, path, parts, options);
  try {
    return await running.run();
  } catch (error) {
    parts.cancel(error);
    running.forget();
    throw error;
  }
}

class Upload {
  readonly #transport: Transport;
  readonly #path: string;
  readonly #parts: Parts;
  readonly #options: UploadOptions;
  /** Where the gateway takes further parts, once it has the first. */
  #location: string | undefined;
  #offset = 0;

  constructor(transport: Transport, path: string, parts: Parts, options: UploadOptions) {
    this.#transport = transport;
    this.#path = path;
    this.#parts = parts;
    this.#options = options;
  }

  async run(): Promise<StoredFile> {
    const what = `upload of ${this.#path}`;
    const { signal } = this.#options;
    if (signal?.aborted) throw abortError(what, signal);
    const attempts = new Attempts(what, this.#options, this.#transport.backoff());
    let isUncertain = false;
    for (;;) {
      try {
        if (isUncertain) await this.#resume();
        isUncertain = false;
        const stored = await this.#next();
        attempts.succeeded();
        if (stored) return stored;
      } catch (error) {
        await attempts.failed(error);
        isUncertain = true;
      }
    }
  }

  /** Lets the gateway forget it. What cannot be told is forgotten after a while. */
  forget(): void {
    if (this.#location !== undefined) request(this.#transport, 'DELETE', this.#location, {}).catch(() => {});
  }

  /** Sends the next part; the file, when it was the last one. */
  async #next(): Promise<StoredFile | undefined> {
    const part = await this.#parts.at(this.#offset);
    const response = await this.#send(part);
    if (part.last) {
      const stored = decodeStored(await response.json());
      this.#location = undefined;
      this.#progress(this.#offset + part.length);
      return stored;
    }
    this.#location ??= response.headers.get('location') ?? undefined;
    this.#moveTo(response);
    return undefined;
  }

  async #send(part: Part): Promise<Response> {
    const { signal } = this.#options;
    const headers: Record<string, string> = { 'upload-complete': part.last ? '?1' : '?0' };
    if (this.#location === undefined) {
      if (this.#parts.total !== null) headers['upload-length'] = String(this.#parts.total);
      headers['content-type'] = 'application/octet-stream';
      return request(this.#transport, 'PUT', `/files/${escapePath(this.#path)}`, headers, { body: part.body, signal });
    }
    headers['upload-offset'] = String(this.#offset);
    headers['content-type'] = 'application/partial-upload';
    const response = await request(this.#transport, 'PATCH', this.#location, headers, { body: part.body, signal, accept: [409] });
    // More arrived of a part that broke than the gateway had said: it will say so when it is asked.
    if (response.status === 409) throw new GatewayError('network', `upload of ${this.#path}: the gateway is elsewhere in it`, { status: 409 });
    return response;
  }

  /** Finds out what of a part that failed has arrived. */
  async #resume(): Promise<void> {
    if (this.#location === undefined) return;
    const response = await request(this.#transport, 'HEAD', this.#location, {}, { signal: this.#options.signal, accept: [404] });
    if (response.status !== 404) return this.#moveTo(response);
    if (!this.#parts.canRestart) throw new GatewayError('connection-lost', 'the gateway has lost the upload, and a stream cannot be read twice: upload it again');
    this.#location = undefined;
    this.#offset = 0;
  }

  #moveTo(response: Response): void {
    const offset = Number(response.headers.get('upload-offset') ?? NaN);
    if (!Number.isSafeInteger(offset) || offset < 0) throw new GatewayError('protocol', 'the gateway did not say how much of the upload it has');
    this.#offset = offset;
    this.#progress(offset);
  }

  #progress(loaded: number): void {
    this.#options.onProgress?.({ loaded, total: this.#parts.total });
  }
}
