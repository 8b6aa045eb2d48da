import { Refusal, mimeTypeOf, type FakeContent, type FakeFiles } from './fake-files.js';

/** The HTTP side of the fake gateway: `/files/`, `/uploads/` and `/ipfs/`, as docs/reference/gateway-protocol.md says. */
export class FakeHttp {
  readonly #content: FakeContent;
  readonly #filesOf: (token: string) => FakeFiles | undefined;
  /** Failures to come: each takes the place of one request that would have succeeded, before or after it took effect. */
  readonly breaks: Array<'before' | 'after'> = [];
  /** What was asked, as `METHOD /path`. */
  readonly log: string[] = [];

  constructor(content: FakeContent, filesOf: (token: string) => FakeFiles | undefined) {
    this.#content = content;
    this.#filesOf = filesOf;
  }

  /** For clients in the same process. */
  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    init.signal?.throwIfAborted();
    const breaking = this.breaks.shift();
    if (breaking === 'before') throw new TypeError('fetch failed');
    const body = init.body === null || init.body === undefined ? Buffer.alloc(0) : Buffer.from(await new Response(init.body).arrayBuffer());
    const response = this.handle(init.method ?? 'GET', new URL(url), new Headers(init.headers), body);
    if (breaking === 'after') throw new TypeError('fetch failed');
    return response;
  };

  /** Whether a path is served here. */
  serves(path: string): boolean {
    return /^\/(files|uploads|ipfs)\//.test(path);
  }

  handle(method: string, url: URL, headers: Headers, body: Buffer): Response {
    this.log.push(`${method} ${url.pathname}`);
    try {
      const files = this.#filesOf(headers.get('causeway-page') ?? '');
      const path = decodeURIComponent(url.pathname);
      if (path.startsWith('/ipfs/')) return this.#serve(path.slice(6), headers);
      if (files === undefined) throw new Refusal(401, 'the page is not known');
      if (path.startsWith('/uploads/')) return this.#upload(files, method, path.slice(9), headers, body);
      return this.#file(files, method, path.slice(7), headers, body);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return Response.json({ error: { code: error.code, message: error.message } }, { status: error.code });
    }
  }

  #file(files: FakeFiles, method: string, path: string, headers: Headers, body: Buffer): Response {
    if (method === 'DELETE') {
      files.remove(path);
      return new Response(null, { status: 204 });
    }
    if (method !== 'PUT') return this.#serve(`${files.rootCid}/${path}`, headers);
    if (headers.get('upload-complete') !== '?0') return Response.json(files.store(path, body), { status: 201 });
    const id = files.begin(path);
    files.append(id, body, false);
    return new Response(null, { status: 201, headers: { location: `/uploads/${id}`, 'upload-offset': String(body.length) } });
  }

  #upload(files: FakeFiles, method: string, id: string, headers: Headers, body: Buffer): Response {
    const upload = files.upload(id);
    if (upload === undefined) throw new Refusal(404, 'there is no such upload');
    const offset = (): HeadersInit => ({ 'upload-offset': String(upload.content.length) });
    if (method === 'HEAD') return new Response(null, { status: 204, headers: offset() });
    if (method === 'DELETE') {
      files.cancel(id);
      return new Response(null, { status: 204 });
    }
    if (Number(headers.get('upload-offset')) !== upload.content.length) return new Response(null, { status: 409, headers: offset() });
    const { result } = files.append(id, body, headers.get('upload-complete') === '?1');
    return result ? Response.json(result) : new Response(null, { status: 204, headers: offset() });
  }

  #serve(address: string, headers: Headers): Response {
    const [cid = '', ...path] = address.split('/');
    const found = this.#content.get(this.#content.resolve(cid, path.join('/')));
    if (found === undefined) throw new Refusal(504, `${cid} was not found`);
    if (!Buffer.isBuffer(found)) return Response.json(Object.fromEntries(found));
    const range = /^bytes=(\d+)-(\d*)$/.exec(headers.get('range') ?? '');
    const [start, end] = range ? [Number(range[1]), range[2] ? Number(range[2]) + 1 : found.length] : [0, found.length];
    const part = found.subarray(start, end);
    return new Response(new Uint8Array(part), {
      status: range ? 206 : 200,
      headers: { 'content-length': String(part.length), 'content-type': path.length > 0 ? mimeTypeOf(address) : 'application/octet-stream', etag: `"${cid}"` },
    });
  }
}
