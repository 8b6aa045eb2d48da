import type { Upload } from '../model/uploads.js';
import type { Context } from './context.js';
import { h, keyedList, setAttributes, setText, type Row } from './dom.js';
import { count, formatBytes } from './format.js';
import { icon } from './icons.js';

/** What is on its way into the user's files, and what has not got there. */
export function uploadList(context: Context): HTMLElement {
  const { uploads } = context.chat.files;
  const list = h('ul', { class: 'upload-rows' });
  const title = h('h2', {});
  const clear = h('button', { type: 'button', class: 'link', onclick: () => uploads.clear() }, 'Clear the list');
  const element = h('section', { class: 'uploads', 'aria-label': 'Uploads', hidden: true }, h('header', {}, title, clear), list);
  const update = keyedList(list, ({ id }: Upload) => String(id), (upload) => uploadRow(context, upload));
  const render = (): void => {
    const { all } = uploads;
    const open = all.filter(({ state }) => state === 'waiting' || state === 'running').length;
    element.hidden = all.length === 0;
    setText(title, open === 0 ? 'Uploads' : `Uploading ${count(open, 'file')}`);
    clear.hidden = open === all.length;
    update([...all].reverse());
  };
  context.chat.changes.on(['uploads'], render);
  render();
  return element;
}

/** One upload: how far it is, and what can be done about it. */
export function uploadRow({ chat }: Context, { id, path, size }: Upload): Row<Upload> {
  const { uploads } = chat.files;
  const bar = h('progress', { max: Math.max(size, 1), 'aria-label': `Progress of ${path}` });
  const note = h('span', { class: 'preview' });
  const cancel = h('button', { type: 'button', class: 'icon-button', title: `Cancel ${path}`, 'aria-label': `Cancel ${path}`, onclick: () => uploads.cancel(id) }, icon('close'));
  const retry = h('button', { type: 'button', class: 'link', onclick: () => uploads.retry(id) }, 'Try again');
  const element = h('li', { class: 'upload' }, h('span', { class: 'lines' }, h('bdi', { class: 'title' }, path), bar, note), retry, cancel);
  const update = ({ state, loaded, problem }: Upload): void => {
    bar.value = state === 'done' ? bar.max : loaded;
    bar.hidden = state === 'failed' || state === 'cancelled';
    setText(note, describe(state, loaded, size, problem));
    cancel.hidden = state !== 'waiting' && state !== 'running';
    retry.hidden = state !== 'failed';
    setAttributes(element, { 'data-state': state });
  };
  return { element, update };
}

function describe(state: Upload['state'], loaded: number, size: number, problem: string | null): string {
  switch (state) {
    case 'waiting':
      return `${formatBytes(size)}, waiting`;
    case 'running':
      return `${formatBytes(loaded)} of ${formatBytes(size)}`;
    case 'done':
      return `${formatBytes(size)}, stored`;
    case 'cancelled':
      return 'Cancelled';
    default:
      return problem ?? 'Failed';
  }
}
