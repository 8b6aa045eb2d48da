/**
 * A libp2p peer for a web page, made by a Causeway gateway.
 * @module
 */
export { connect, GatewayClient } from './client.js';
export type { Connections, PeerConnection } from './connections.js';
export type { ConnectOptions } from './options.js';
export type { ReconnectOptions } from './backoff.js';
export type { CallOptions } from './limits.js';
export type { DataListener, PeerChangeListener } from './registrations.js';
export type { WebSocketFactory, WebSocketLike } from './socket.js';
export type { GatewayEvents, GatewayStatus, PeerIdentity } from './status.js';
export type {
  DownloadOptions,
  FileContent,
  FileDownload,
  FileEntry,
  FileTree,
  FileUrlOptions,
  StoredFile,
  TransferProgress,
  UploadOptions,
  UploadSource,
} from './files/types.js';
export { GatewayError, type GatewayErrorCode, type GatewayErrorDetails } from './errors.js';
