import { maxNameLength } from '../protocol/names.js';
import { applyTheme, currentTheme, type Theme } from '../theme.js';
import { avatar } from './avatar.js';
import type { Context } from './context.js';
import { copyButton } from './copy-button.js';
import { dialog, form, type Dialog } from './dialog.js';
import { h, setText } from './dom.js';

const themes: ReadonlyArray<readonly [Theme, string]> = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** The user's name, peer ID, colours, and a new beginning. */
export function profileDialog(context: Context): Dialog {
  const { chat } = context;
  const picture = h('div', { class: 'card-head' });
  const input = h('input', { id: 'own-name', autofocus: true, type: 'text', maxlength: maxNameLength, autocomplete: 'nickname' });
  const id = h('code', {});
  const rename = (): string | null => (chat.rename(input.value) ? null : 'A name needs at least one letter.');
  const select = h('select', { id: 'theme', onchange: () => applyTheme(select.value as Theme) }, ...themes.map(([value, label]) => h('option', { value }, label)));
  const kept = context.isMainIdentity
    ? 'This browser keeps your identity, contacts and messages. Nobody else has them.'
    : 'Another tab has this browser’s main identity. This tab is somebody else, and is forgotten when you close it.';
  const element: Dialog = dialog(
    'Profile and settings',
    [
      picture,
      form([h('label', { for: 'own-name' }, 'Your name'), input], 'Save name', rename, () => element.close()),
      h('div', { class: 'field' }, h('span', { class: 'label' }, 'Your peer ID'), h('div', { class: 'key' }, id, copyButton(context, 'your peer ID', () => chat.people.self)), h('p', { class: 'hint' }, kept)),
      h('div', { class: 'field' }, h('label', { for: 'theme' }, 'Colours'), select),
      h('div', { class: 'field row' }, h('button', { type: 'button', class: 'button quiet', onclick: () => (element.close(), context.open('shortcuts')) }, 'Keyboard shortcuts'), startOver(context)),
    ],
    () => {
      picture.replaceChildren(avatar(chat.people.self));
      input.value = chat.people.ownName;
      setText(id, chat.people.self || 'not known before the first connection');
      select.value = currentTheme();
    },
  );
  return element;
}

/** Asks once more before it forgets everything. */
function startOver(context: Context): HTMLElement {
  const button = h('button', { type: 'button', class: 'button danger' }, 'New identity…');
  let isArmed = false;
  button.addEventListener('click', () => {
    if (isArmed) return context.startOver();
    isArmed = true;
    button.textContent = 'Forget everything here?';
  });
  button.addEventListener('blur', () => {
    isArmed = false;
    button.textContent = 'New identity…';
  });
  return button;
}
