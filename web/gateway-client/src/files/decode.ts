import { GatewayError } from '../errors.js';
import { isObject, malformed } from '../wire.js';
import type { FileContent, FileEntry, FileTree, StoredFile } from './types.js';

/** Reads a `peerFiles` push. */
export function decodeTree(params: Record<string, unknown>): FileTree {
  if (typeof params.error === 'string') throw new GatewayError('file-unavailable', params.error, { method: 'listfiles' });
  if (typeof params.cid !== 'string') throw malformed('a list of files without a CID');
  const entries = isObject(params.entries) ? Object.entries(params.entries).flatMap(([path, entry]) => decodeEntry(path, entry)) : [];
  return { peerID: String(params.peerid), cid: params.cid, entries: entries.sort((a, b) => compare(a.path, b.path)) };
}

/** Reads a `gotFile` push. */
export function decodeContent(params: Record<string, unknown>): FileContent {
  const cid = String(params.cid);
  const content = isObject(params.content) ? params.content : {};
  if (params.success !== true) {
    throw new GatewayError('file-unavailable', typeof content.error === 'string' ? content.error : `${cid} could not be had`, { method: 'getfile' });
  }
  if (content.type === 'directory') {
    const entries = isObject(content.entries) ? Object.entries(content.entries) : [];
    return { type: 'directory', cid, entries: new Map(entries.map(([name, entry]) => [name, String(entry)])) };
  }
  return { type: 'file', cid, mimeType: text(content.mimeType), content: fromBase64(String(content.content ?? '')) };
}

/** Reads the answer to `storefile` or to an upload. */
export function decodeStored(result: unknown): StoredFile {
  if (!isObject(result) || typeof result.fileCid !== 'string' || typeof result.rootCid !== 'string') {
    throw malformed('an answer to a stored file without fileCid and rootCid');
  }
  return { fileCid: result.fileCid, rootCid: result.rootCid };
}

/** The bytes of something small. */
export async function bytesOf(content: string | Uint8Array | Blob): Promise<Uint8Array> {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content;
}

/** Standard base64 of bytes. */
export function toBase64(bytes: Uint8Array): string {
  // Spreading a whole file over the arguments of one call would overflow the stack.
  const step = 0x8000;
  let binary = '';
  for (let i = 0; i < bytes.length; i += step) binary += String.fromCharCode(...bytes.subarray(i, i + step));
  return btoa(binary);
}

function decodeEntry(path: string, entry: unknown): FileEntry[] {
  if (!isObject(entry) || typeof entry.cid !== 'string') return [];
  return [{ path, type: entry.type === 'directory' ? 'directory' : 'file', cid: entry.cid, mimeType: text(entry.mimeType) }];
}

/** By names, not by characters: what is in a folder follows the folder, before `folder-2`. */
function compare(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [x, y] = [left[i] ?? '', right[i] ?? ''];
    if (x !== y) return x < y ? -1 : 1;
  }
  return left.length - right.length;
}

function fromBase64(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw malformed('a file whose content is not base64', cause);
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
