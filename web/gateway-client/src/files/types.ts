/** A file or a folder in a peer's tree. */
export interface FileEntry {
  /** Where it is: names joined by `/`, without one at the beginning. */
  readonly path: string;
  readonly type: 'file' | 'directory';
  /** The content's address, under which anyone can have it. */
  readonly cid: string;
  /** What kind of file it seems to be; `null` for folders, and where it is not known. */
  readonly mimeType: string | null;
}

/** Everything that a peer shares, at one moment. */
export interface FileTree {
  /** Whose tree it is. */
  readonly peerID: string;
  /** The CID of the tree's root directory. */
  readonly cid: string;
  /** All files and folders at every depth, sorted by path: a folder comes before what is in it. */
  readonly entries: readonly FileEntry[];
}

/** What is behind a CID, as {@link GatewayClient.getFile} gives it. */
export type FileContent =
  | { readonly type: 'file'; readonly cid: string; readonly mimeType: string | null; readonly content: Uint8Array }
  | { readonly type: 'directory'; readonly cid: string; /** Name → CID. */ readonly entries: ReadonlyMap<string, string> };

/** What has been stored, and the tree that it is part of now. */
export interface StoredFile {
  /** The CID of the file or folder. */
  readonly fileCid: string;
  /** The CID of the root directory with it. Give it as `rootDirectory` on the next visit. */
  readonly rootCid: string;
}

/** How far a transfer is. */
export interface TransferProgress {
  /** Bytes that have arrived at the gateway (uploads) or here (downloads). */
  readonly loaded: number;
  /** All bytes; `null` while it is not known how many there are. */
  readonly total: number | null;
}

/** What can be uploaded. A `Blob` (a `File` is one) is read slice by slice and can begin anew when it must. */
export type UploadSource = Blob | ReadableStream<Uint8Array> | Uint8Array | string;

/** How to upload. */
export interface UploadOptions {
  /** Called after each part that the gateway has taken. */
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Ends the upload, with the code `aborted`; the gateway forgets what it has got. */
  readonly signal?: AbortSignal | undefined;
  /** Failures in a row after which it gives up; each is followed by a longer pause. Default: 8, some 30 s. */
  readonly retries?: number | undefined;
}

/** How to download. */
export interface DownloadOptions {
  /** What to take from the folder behind the CID, as a path in it. Default: the CID itself. */
  readonly path?: string | undefined;
  /** A peer that is likely to have it. */
  readonly peer?: string | undefined;
  /** Which bytes: from `start` up to but not including `end` (default: to the last). Default: all. */
  readonly range?: { readonly start: number; readonly end?: number | undefined } | undefined;
  /** Called as bytes arrive. */
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Ends the download, with the code `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** Failures in a row after which it gives up; what has arrived is not fetched again. Default: 8, some 30 s. */
  readonly retries?: number | undefined;
}

/** A download that has begun. Take either `stream` or `blob()`. */
export interface FileDownload {
  /** Bytes that will come; `null` where the gateway does not say. */
  readonly size: number | null;
  /** What kind of file it seems to be; `null` where it is not known. */
  readonly mimeType: string | null;
  /** The bytes as they come. Nothing is fetched much before it is read. */
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** All of them. The browser may keep a large one on disk. */
  blob(): Promise<Blob>;
}

/** How to link to a file. */
export interface FileUrlOptions {
  /** A peer that is likely to have it. */
  readonly peer?: string | undefined;
  /** Whether following the link saves the file instead of showing it, and under which name. */
  readonly download?: string | boolean | undefined;
}
