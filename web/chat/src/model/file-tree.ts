import type { FileEntry } from '../gateway-client/dist/index.js';

/** A row of a folder. */
export interface FolderRow {
  readonly name: string;
  readonly entry: FileEntry;
}

/** What is in a folder (empty: the top), folders first, each kind by name. */
export function folderRows(entries: readonly FileEntry[], folder: string): FolderRow[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  return entries
    .filter(({ path }) => path.startsWith(prefix) && path.length > prefix.length && !path.includes('/', prefix.length))
    .map((entry) => ({ name: entry.path.slice(prefix.length), entry }))
    .sort((a, b) => Number(b.entry.type === 'directory') - Number(a.entry.type === 'directory') || a.name.localeCompare(b.name, undefined, { numeric: true }));
}

/** Whether a folder is there; the top always is. */
export function hasFolder(entries: readonly FileEntry[], folder: string): boolean {
  return folder === '' || entries.some(({ path, type }) => path === folder && type === 'directory');
}

/** A path in a folder. */
export function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The folder that a path is in. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** A path in `folder` that is not taken yet: `lake.png`, `lake (2).png`. */
export function freePath(taken: readonly string[], folder: string, name: string): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let n = 1; ; n++) {
    const path = join(folder, n === 1 ? name : `${stem} (${n})${extension}`);
    if (!taken.includes(path)) return path;
  }
}
