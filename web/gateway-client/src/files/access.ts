import { isObject, malformed } from '../wire.js';

/** What a page needs for files: the answer to `fileaccess`. */
export interface FileAccess {
  /** Shown with every request for files. Lives as long as the connection. */
  readonly token: string;
  /** The CID of this peer's root directory. */
  readonly rootCid: string;
  /** Where peers tell that their files have changed; `null` where they do not. */
  readonly notifyTopic: string | null;
}

/** The header that carries {@link FileAccess.token}. */
export const pageHeader = 'causeway-page';

/** Reads the answer to `fileaccess`. */
export function decodeAccess(result: unknown): FileAccess {
  if (!isObject(result) || typeof result.token !== 'string' || typeof result.rootCid !== 'string') {
    throw malformed('an answer to `fileaccess` without token and rootCid');
  }
  return { token: result.token, rootCid: result.rootCid, notifyTopic: typeof result.notifyTopic === 'string' ? result.notifyTopic : null };
}

/** Where the gateway behind a WebSocket's address serves files. */
export function baseOf(socketUrl: string): string {
  const { protocol, host } = new URL(socketUrl);
  return `${protocol === 'wss:' || protocol === 'https:' ? 'https' : 'http'}://${host}`;
}

/** A path with each name escaped. */
export function escapePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
