/** What the client needs of a WebSocket: the browser's, or the `ws` package's in Node. */
export interface WebSocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
}

/** Makes a WebSocket that has begun to connect to `url`. */
export type WebSocketFactory = (url: string) => WebSocketLike;

/** `WebSocket.OPEN`: the state in which frames can be sent. */
export const socketOpen = 1;

/** The WebSocket of the platform. Node has one from version 22 on. */
export const platformSocket: WebSocketFactory = (url) => new WebSocket(url);

/** The gateway that served this page: `ws(s)://host/ws`. */
export function defaultUrl(): string {
  const { protocol, host } = globalThis.location;
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ws`;
}
