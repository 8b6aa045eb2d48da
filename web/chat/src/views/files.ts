import type { Place, Tree } from '../model/files.js';
import { folderRows, hasFolder, parentOf, type FolderRow } from '../model/file-tree.js';
import type { Context } from './context.js';
import { h, hidden, keyedList, setText } from './dom.js';
import { dropTarget, fromInput, type PickedFile } from './drop-target.js';
import { fileDialogs } from './file-dialogs.js';
import { fileRow } from './file-row.js';
import { count } from './format.js';
import { icon } from './icons.js';
import { hashOfPlace } from './router.js';
import { uploadList } from './upload-list.js';

/** The files of the user or of somebody else: one folder at a time, with what is on its way into it. */
export function files(context: Context): HTMLElement {
  const { chat, navigate } = context;
  const back = h('button', { type: 'button', class: 'icon-button back', title: 'All conversations', 'aria-label': 'All conversations', onclick: () => navigate(null) }, icon('back'));
  const title = h('bdi', {});
  const subtitle = h('p', { class: 'subtitle' });
  const refresh = h('button', { type: 'button', class: 'icon-button', title: 'Look again', 'aria-label': 'Look again', onclick: () => void chat.files.refresh(chat.files.place?.peerID ?? '') }, icon('refresh'));
  const crumbs = h('ol', { class: 'crumbs' });
  const list = h('ul', { class: 'file-list', 'aria-label': 'Files' });
  const empty = h('div', { class: 'empty' });
  const problem = h('p', { class: 'warning', role: 'alert' });
  const dialogs = fileDialogs(context);
  const add = (picked: readonly PickedFile[]): void => {
    const { place } = chat.files;
    if (place?.peerID !== chat.people.self) return;
    for (const { path, file } of picked) chat.files.uploads.add(place.folder === '' ? path : `${place.folder}/${path}`, file);
    context.announce(`Uploading ${count(picked.length, 'file')}`);
  };
  const actions = h('div', { class: 'file-actions' }, picker('Upload files', 'upload', false, add), picker('Upload a folder', 'folder', true, add), h('button', { type: 'button', class: 'button quiet', onclick: () => dialogs.newFolder() }, icon('newFolder'), 'New folder'));
  const body = h('div', { class: 'file-body', tabindex: '0', role: 'region', 'aria-label': 'Folder' }, problem, list, empty);
  const element = h(
    'main',
    { class: 'main files', 'aria-labelledby': 'files-title', hidden: true },
    h('header', { class: 'main-header' }, back, h('div', { class: 'titles' }, h('h1', { id: 'files-title' }, title), subtitle), h('div', { class: 'header-actions' }, refresh)),
    h('div', { class: 'file-bar' }, h('nav', { 'aria-label': 'Folders on the way' }, crumbs), actions),
    body,
    uploadList(context),
    ...dialogs.elements,
  );
  const update = keyedList(list, ({ entry }: FolderRow) => `${entry.type} ${entry.path}`, (row) => fileRow(context, row, dialogs.remove));
  let shown = '';

  const render = (): void => {
    const { place } = chat.files;
    element.hidden = place === null;
    if (place === null) return;
    const isOwn = place.peerID === chat.people.self;
    const tree = chat.files.tree(place.peerID);
    const rows = folderRows(tree.entries, place.folder);
    setText(title, isOwn ? 'My files' : `Files of ${chat.people.person(place.peerID).name}`);
    setText(subtitle, describe(tree, rows.length, isOwn));
    actions.hidden = !isOwn;
    problem.hidden = tree.problem === null;
    setText(problem, tree.problem ?? '');
    if (shown !== hashOfPlace(place)) {
      shown = hashOfPlace(place);
      crumbs.replaceChildren(...crumbsOf(place, isOwn ? 'My files' : 'All files'));
      list.replaceChildren();
      body.scrollTop = 0;
    }
    update(rows);
    renderEmpty(empty, tree, place, rows.length, isOwn);
  };
  dropTarget(element, () => chat.files.place?.peerID === chat.people.self, add);
  chat.changes.on(['files', 'people', 'profile'], render);
  render();
  return element;
}

/** A button behind which the browser asks for files. */
function picker(label: string, look: 'upload' | 'folder', isFolder: boolean, add: (picked: PickedFile[]) => void): HTMLElement {
  const input = h('input', { type: 'file', multiple: true, webkitdirectory: isFolder, class: 'visually-hidden', tabindex: '-1', 'aria-label': label });
  input.addEventListener('change', () => {
    add(fromInput(input));
    input.value = '';
  });
  return h('span', {}, h('button', { type: 'button', class: look === 'upload' ? 'button' : 'button quiet', onclick: () => input.click() }, icon(look), label), input);
}

function crumbsOf({ peerID, folder }: Place, top: string): HTMLElement[] {
  const names = folder === '' ? [] : folder.split('/');
  const folders = [{ name: top, folder: '' }, ...names.map((name, i) => ({ name, folder: names.slice(0, i + 1).join('/') }))];
  return folders.map((crumb) => {
    const isHere = crumb.folder === folder;
    const text = h('bdi', {}, crumb.name);
    return h('li', {}, isHere ? h('span', { 'aria-current': 'page' }, text) : h('a', { href: hashOfPlace({ peerID, folder: crumb.folder }) }, text));
  });
}

function describe({ isKnown, isLoading, entries, problem }: Tree, here: number, isOwn: boolean): string {
  if (!isKnown) return isLoading ? 'Asking for the list…' : problem === null ? 'Not connected' : 'Not available';
  const all = entries.filter(({ type }) => type === 'file').length;
  return `${here} here, ${count(all, 'file')} in all${isOwn ? ' · everyone who is connected can see them' : ''}`;
}

function renderEmpty(element: HTMLElement, tree: Tree, place: Place, rows: number, isOwn: boolean): void {
  element.hidden = rows > 0 || !tree.isKnown;
  if (element.hidden) return;
  if (!hasFolder(tree.entries, place.folder)) {
    const up = h('a', { href: hashOfPlace({ ...place, folder: parentOf(place.folder) }) }, 'Go up');
    element.replaceChildren(h('h2', {}, 'This folder is gone'), h('p', {}, up));
    return;
  }
  const text = isOwn ? 'Drop files or folders here, or use the buttons above. Other peers can list and fetch what you put here.' : 'Nothing is shared here.';
  element.replaceChildren(h('h2', {}, 'No files'), h('p', {}, text), ...(isOwn ? [hidden('Files can be uploaded with the buttons above.')] : []));
}
