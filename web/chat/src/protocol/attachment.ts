/** A file that goes with a message: where to have it, and what its author says of it. */
export interface Attachment {
  /** Where its content is: nobody can put other bytes behind it. */
  readonly cid: string;
  /** As its author called it; a name, never a path. */
  readonly name: string;
  /** Bytes, as its author says. */
  readonly size: number;
  /** Its kind, as its author says, such as `image/png`; empty where unknown. */
  readonly type: string;
}

/** The longest name of a file, in UTF-16 code units. */
export const maxFileNameLength = 200;

/** Pictures that a browser shows by itself and that run no scripts. */
const pictures: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/** Larger pictures are fetched only when the user asks, in bytes. */
const maxShownBytes = 8 * 1024 * 1024;

/** Reads an attachment; `null` for what is none. It comes from strangers. */
export function decodeAttachment(value: unknown): Attachment | null {
  if (typeof value !== 'object' || value === null) return null;
  const { cid, name, size, type } = value as Record<string, unknown>;
  const clean = cleanFileName(name);
  if (!isCid(cid) || clean === null || typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return null;
  return { cid, name: clean, size, type: typeof type === 'string' && /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.test(type) ? type.toLowerCase() : '' };
}

/** A file's name fit to be shown and to be saved under; `null` when nothing is left of it. */
export function cleanFileName(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 4 * maxFileNameLength) return null;
  const line = value
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}/\\:]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  const cut = line.length <= maxFileNameLength ? line : shorten(line);
  return cut === '' || /^\.+$/.test(cut) ? null : cut;
}

/** Whether it is a picture to be shown within the message. */
export function isShownPicture({ type, size }: Attachment): boolean {
  return pictures.has(type) && size <= maxShownBytes;
}

/** Whether a text has the form of a CID, in base58 or base32. Whether it is one the gateway finds out. */
export function isCid(value: unknown): value is string {
  return typeof value === 'string' && /^(Qm[1-9A-HJ-NP-Za-km-z]{44}|b[a-z2-7]{40,120})$/.test(value);
}

/** Keeps the extension, which says what it is. */
function shorten(name: string): string {
  const extension = /\.[^.]{1,12}$/.exec(name)?.[0] ?? '';
  return [...name].slice(0, (maxFileNameLength - extension.length) >> 1).join('').trim() + extension;
}
