import { GatewayError } from '../errors.js';
import { abortError } from '../limits.js';
import { escapePath } from './access.js';
import { broken, request, type Transport } from './http.js';
import { Attempts } from './retry.js';
import type { DownloadOptions, FileDownload } from './types.js';

/** Begins a download; what breaks on the way is fetched again from there. */
export async function download(transport: Transport, cid: string, options: DownloadOptions): Promise<FileDownload> {
  const running = new Download(transport, cid, options);
  await running.begin();
  return running;
}

/** Where something is served, with what helps to find it. */
export function contentPath(cid: string, path: string | undefined, query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const search = given.length > 0 ? `?${new URLSearchParams(given).toString()}` : '';
  return `/ipfs/${encodeURIComponent(cid)}${path ? `/${escapePath(path)}` : ''}${search}`;
}

class Download implements FileDownload {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #transport: Transport;
  readonly #path: string;
  readonly #options: DownloadOptions;
  readonly #what: string;
  readonly #attempts: Attempts;
  #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  #etag: string | null = null;
  #loaded = 0;
  size: number | null = null;
  mimeType: string | null = null;

  constructor(transport: Transport, cid: string, options: DownloadOptions) {
    this.#transport = transport;
    this.#path = contentPath(cid, options.path, { peer: options.peer });
    this.#options = options;
    this.#what = `download of ${cid}`;
    this.#attempts = new Attempts(this.#what, options, transport.backoff());
    this.stream = new ReadableStream<Uint8Array<ArrayBuffer>>({ pull: (controller) => this.#pull(controller), cancel: (reason) => this.#reader?.cancel(reason) }, { highWaterMark: 0 });
  }

  async begin(): Promise<void> {
    const { signal, range } = this.#options;
    if (signal?.aborted) throw abortError(this.#what, signal);
    if (range && !(range.start >= 0 && (range.end === undefined || range.end > range.start))) {
      throw new GatewayError('invalid-argument', `a range from ${range.start} to ${range.end ?? 'the end'} has no bytes`);
    }
    const response = await this.#open();
    const length = response.headers.get('content-length');
    this.size = length === null ? null : Number(length);
    this.mimeType = response.headers.get('content-type');
    this.#etag = response.headers.get('etag');
  }

  async blob(): Promise<Blob> {
    const blob = await new Response(this.stream).blob();
    return this.mimeType === null ? blob : blob.slice(0, blob.size, this.mimeType);
  }

  async #open(): Promise<Response> {
    for (;;) {
      try {
        const response = await request(this.#transport, 'GET', this.#path, this.#range(), { signal: this.#options.signal });
        if (this.#loaded > 0 && response.status !== 206) throw new GatewayError('protocol', `${this.#what}: the gateway does not go on where it stopped`);
        this.#reader = response.body?.getReader();
        return response;
      } catch (error) {
        await this.#attempts.failed(error);
      }
    }
  }

  #range(): Record<string, string> {
    const { range } = this.#options;
    const start = (range?.start ?? 0) + this.#loaded;
    if (range === undefined && start === 0) return {};
    const headers = { range: `bytes=${start}-${range?.end === undefined ? '' : range.end - 1}` };
    return this.#etag === null ? headers : { ...headers, 'if-range': this.#etag };
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> {
    const value = await this.#read();
    if (value === undefined) return controller.close();
    this.#loaded += value.length;
    this.#attempts.succeeded();
    controller.enqueue(value);
    this.#options.onProgress?.({ loaded: this.#loaded, total: this.size });
  }

  /** The next bytes; `undefined` when all have come. */
  async #read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    for (;;) {
      try {
        const { done, value } = (await this.#reader?.read()) ?? { done: true, value: undefined };
        if (!done) return value;
        // A connection that broke can look like an end.
        if (this.size === null || this.#loaded >= this.size) return undefined;
        throw new GatewayError('network', `${this.#what}: only ${this.#loaded} of ${this.size} bytes came`);
      } catch (cause) {
        await this.#attempts.failed(broken(this.#what, this.#options.signal, cause));
        await this.#open();
      }
    }
  }
}
