import { h } from './dom.js';
import { icon } from './icons.js';

/** A dialog over the page. Escape, the cross and a click beside it close it; the browser gives the focus back. */
export interface Dialog {
  readonly element: HTMLDialogElement;
  open(): void;
  close(): void;
}

/** Makes a dialog; `onOpen` brings its content up to date, `onClose` lets go of it. */
export function dialog(title: string, content: Node[], onOpen: () => void = () => {}, onClose: () => void = () => {}): Dialog {
  const id = `dialog-${title.toLowerCase().replace(/\W+/g, '-')}`;
  const cross = h('button', { type: 'button', class: 'icon-button', title: 'Close', 'aria-label': 'Close', onclick: () => element.close() }, icon('close'));
  const element: HTMLDialogElement = h(
    'dialog',
    { 'aria-labelledby': id },
    h('div', { class: 'dialog' }, h('header', { class: 'dialog-header' }, h('h2', { id }, title), cross), h('div', { class: 'dialog-body stack' }, ...content)),
  );
  // Only the backdrop is the dialog itself; everything in it is below its one child.
  element.addEventListener('mousedown', (event) => {
    if (event.target === element) element.close();
  });
  element.addEventListener('close', onClose);
  return {
    element,
    open: () => {
      if (element.open) return;
      onOpen();
      element.showModal();
    },
    close: () => element.close(),
  };
}

/** A form whose submit does something and, when that went well (no sentence comes back), closes the dialog. */
export function form(fields: Node[], button: string, submit: () => string | null, done: () => void): HTMLFormElement {
  const error = h('p', { class: 'error', role: 'alert' });
  const element = h('form', { class: 'stack', novalidate: true }, ...fields, h('div', { class: 'submit' }, h('button', { type: 'submit', class: 'button' }, button), error));
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    const problem = submit();
    error.textContent = problem ?? '';
    if (problem === null) done();
  });
  element.addEventListener('input', () => (error.textContent = ''));
  return element;
}
