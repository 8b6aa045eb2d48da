import type { FolderRow } from '../model/file-tree.js';
import type { Context } from './context.js';
import { copyButton } from './copy-button.js';
import { h, type Row } from './dom.js';
import { icon } from './icons.js';
import { hashOfPlace } from './router.js';

/** A file or a folder: open it, save it, copy its address, and delete it where it is the user's own. */
export function fileRow(context: Context, { name, entry }: FolderRow, remove: (row: FolderRow) => void): Row<FolderRow> {
  const { chat } = context;
  const peerID = chat.files.place?.peerID ?? '';
  const isFolder = entry.type === 'directory';
  const isOwn = peerID === chat.people.self;
  const look = isFolder ? 'folder' : entry.mimeType?.startsWith('image/') === true ? 'picture' : 'file';
  const open = h('a', { class: 'title' }, h('bdi', {}, name));
  const save = h('a', { class: 'icon-button', title: `Save ${name}`, 'aria-label': `Save ${name}`, download: name }, icon('download'));
  let cid = entry.cid;
  const element = h(
    'li',
    { class: 'file' },
    h('span', { class: 'file-look', 'data-kind': isFolder ? 'folder' : 'file' }, icon(look)),
    h('span', { class: 'lines' }, open, h('span', { class: 'preview' }, isFolder ? 'Folder' : (entry.mimeType?.split(';')[0] ?? 'File'))),
    !isFolder && save,
    copyButton(context, `the address (CID) of ${name}`, () => cid),
    isOwn && h('button', { type: 'button', class: 'icon-button', title: `Delete ${name}`, 'aria-label': `Delete ${name}`, onclick: () => remove({ name, entry }) }, icon('trash')),
  );
  const update = (row: FolderRow): void => {
    ({ cid } = row.entry);
    if (isFolder) return void open.setAttribute('href', hashOfPlace({ peerID, folder: row.entry.path }));
    open.href = chat.files.urlOf(cid, peerID);
    open.target = '_blank';
    open.rel = 'noopener';
    save.href = chat.files.urlOf(cid, peerID, name);
  };
  return { element, update };
}
