import { folderRows, join, type FolderRow } from '../model/file-tree.js';
import { cleanFileName, maxFileNameLength } from '../protocol/attachment.js';
import type { Context } from './context.js';
import { dialog, type Dialog } from './dialog.js';
import { h, setText } from './dom.js';
import { count } from './format.js';

/** What the files ask the user. */
export interface FileDialogs {
  readonly elements: HTMLElement[];
  newFolder(): void;
  remove(row: FolderRow): void;
}

/** Makes the dialogs of the files. */
export function fileDialogs(context: Context): FileDialogs {
  const { chat } = context;
  const name = h('input', { id: 'folder-name', autofocus: true, type: 'text', maxlength: maxFileNameLength, autocomplete: 'off' });
  const make = asking('New folder', 'Make it', 'button', [h('label', { for: 'folder-name' }, 'Name of the folder'), name], async () => {
    const folder = chat.files.place?.folder ?? '';
    const clean = cleanFileName(name.value);
    if (clean === null) throw new Error('A folder needs a name.');
    if (folderRows(chat.files.tree(chat.people.self).entries, folder).some((row) => row.name === clean)) throw new Error('There is something of that name already.');
    await chat.files.createFolder(join(folder, clean));
  });

  const question = h('p', {});
  let doomed: FolderRow | null = null;
  const remove = asking('Delete', 'Delete', 'button danger', [question, h('p', { class: 'hint' }, 'Who has fetched it keeps it. Messages that show it lose it.')], async () => {
    if (doomed === null) return;
    await chat.files.remove(doomed.entry.path);
    context.announce(`${doomed.name} is deleted`);
  });
  return {
    elements: [make.element, remove.element],
    newFolder: () => {
      name.value = '';
      make.open();
    },
    remove: (row) => {
      doomed = row;
      const inside = chat.files.tree(chat.people.self).entries.filter(({ path }) => path.startsWith(`${row.entry.path}/`)).length;
      setText(question, inside === 0 ? `Delete “${row.name}”?` : `Delete “${row.name}” and ${count(inside, 'entry', 'entries')} in it?`);
      remove.open();
    },
  };
}

/** A dialog with one button whose work takes a moment and may fail. */
function asking(title: string, label: string, look: string, fields: Node[], work: () => Promise<void>): Dialog {
  const error = h('p', { class: 'error', role: 'alert' });
  const button = h('button', { type: 'submit', class: look }, label);
  const form = h('form', { class: 'stack', novalidate: true }, ...fields, h('div', { class: 'submit' }, button, error));
  const box: Dialog = dialog(title, [form], () => setText(error, ''));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    button.disabled = true;
    work()
      .then(
        () => box.close(),
        (problem: unknown) => setText(error, problem instanceof Error ? problem.message : String(problem)),
      )
      .finally(() => (button.disabled = false));
  });
  return box;
}
