import { maxTextLength } from '../protocol/payload.js';
import type { ConversationId } from '../model/conversation.js';
import type { Upload } from '../model/uploads.js';
import type { Context } from './context.js';
import { h, keyedList, setAttributes, setText } from './dom.js';
import { dropped, dropTarget, fromInput, type PickedFile } from './drop-target.js';
import { icon } from './icons.js';
import { uploadRow } from './upload-list.js';

/** From this many characters before the limit on, the rest is counted down. */
const countdownFrom = 400;

/** On a touch screen there is no Shift to hold: Enter begins a new line, the button sends. */
const isTouch = matchMedia('(pointer: coarse)');

/** Where the user writes. Enter sends, Shift+Enter begins a new line. */
export function composer(context: Context): HTMLFormElement {
  const { chat } = context;
  const input = h('textarea', { id: 'composer', rows: 1, maxlength: maxTextLength, autocomplete: 'off', 'aria-describedby': 'composer-hint' });
  const send = h('button', { type: 'submit', class: 'send', title: 'Send (Enter)', 'aria-label': 'Send' }, icon('send'));
  const hint = h('p', { class: 'composer-hint', id: 'composer-hint' });
  const sending = sendingFiles(context);
  const pick = h('input', { type: 'file', multiple: true, class: 'visually-hidden', tabindex: '-1', 'aria-label': 'Send files' });
  const attach = h('button', { type: 'button', class: 'icon-button attach', title: 'Send files', 'aria-label': 'Send files', onclick: () => pick.click() }, icon('attach'));
  const form = h('form', { class: 'composer' }, sending.element, h('div', { class: 'composer-box' }, attach, pick, input, send), hint);
  let shown: ConversationId | null = null;

  const submit = (): void => {
    if (!chat.say(input.value)) return;
    input.value = '';
    typed();
  };
  const typed = (): void => {
    if (chat.active) chat.history.setDraft(chat.active.id, input.value);
    grow(input);
    renderHint();
  };
  const renderHint = (): void => {
    const left = maxTextLength - input.value.length;
    send.disabled = input.value.trim() === '';
    if (left < countdownFrom) setText(hint, `${left} characters left`);
    else if (chat.network.stage.at === 'connected') setText(hint, isTouch.matches ? '' : 'Enter sends, Shift+Enter begins a new line');
    else setText(hint, 'Not connected: sent as soon as the server is back');
  };
  const render = (): void => {
    const { active } = chat;
    const to = active?.kind === 'room' ? `#${active.name}` : active ? chat.people.person(active.name).name : '';
    setAttributes(input, { placeholder: `Message ${to}`, 'aria-label': `Message ${to}` });
    if (active && active.id !== shown) {
      shown = active.id;
      input.value = active.draft;
      grow(input);
    }
    renderHint();
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
    input.focus();
  });
  input.addEventListener('input', typed);
  input.addEventListener('paste', (event) => {
    const { clipboardData } = event;
    if (clipboardData === null || clipboardData.files.length === 0) return;
    event.preventDefault();
    void dropped(clipboardData).then(sending.add);
  });
  pick.addEventListener('change', () => {
    sending.add(fromInput(pick));
    pick.value = '';
  });
  // The whole conversation takes what is dropped.
  queueMicrotask(() => dropTarget(form.parentElement ?? form, () => chat.active !== null && chat.people.self !== '', sending.add));
  input.addEventListener('keydown', (event) => {
    // While an input method composes a word, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || isTouch.matches) return;
    event.preventDefault();
    submit();
  });
  chat.changes.on(['conversations', 'people', 'status'], render);
  render();
  return form;
}

/** Files on their way into the conversation, above where the user writes. */
function sendingFiles(context: Context): { readonly element: HTMLElement; readonly add: (files: readonly PickedFile[]) => void } {
  const { chat } = context;
  const list = h('ul', { class: 'upload-rows', 'aria-label': 'Files being sent' });
  const problem = h('p', { class: 'error', role: 'alert' });
  const update = keyedList(list, ({ id }: Upload) => String(id), (upload) => uploadRow(context, upload));
  const mine = new Set<number>();
  chat.changes.on(['uploads'], () => update(chat.files.uploads.all.filter(({ id, state }) => mine.has(id) && (state === 'waiting' || state === 'running'))));
  const add = (files: readonly PickedFile[]): void => {
    setText(problem, '');
    for (const { file } of files) {
      chat.sayFile(file, (upload) => mine.add(upload.id)).catch((error: unknown) => setText(problem, `${file.name}: ${error instanceof Error ? error.message : String(error)}`));
    }
  };
  return { element: h('div', { class: 'sending' }, list, problem), add };
}

/** Browsers that size the field by its content do it themselves. */
function grow(input: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return;
  input.style.height = 'auto';
  input.style.height = `${input.scrollHeight}px`;
}
