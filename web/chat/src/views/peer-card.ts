import type { Context } from './context.js';
import { avatar } from './avatar.js';
import { connectionList } from './connection-list.js';
import { copyButton } from './copy-button.js';
import { directId } from '../model/conversation.js';
import { h, setText } from './dom.js';

/** Everything about one peer: its ID, the name the user gives it, and the connections to it. */
export function peerCard(context: Context, peerID: string): { element: HTMLElement; update: () => void } {
  const { chat } = context;
  const name = h('bdi', {});
  const presence = h('p', { class: 'subtitle' });
  const warning = h('p', { class: 'warning' }, 'This peer calls itself like you or one of your contacts. Compare the peer ID.');
  const input = h('input', { type: 'text', maxlength: 40, autocomplete: 'off', id: 'contact-name', placeholder: 'As it calls itself' });
  const save = h('button', { type: 'submit', class: 'button' });
  const browse = h('button', { type: 'button', class: 'button quiet', onclick: () => context.browse({ peerID, folder: '' }) }, 'Show files');
  const remove = h('button', { type: 'button', class: 'button quiet', onclick: () => chat.removeContact(peerID) }, 'Remove from contacts');
  const forget = h('button', { type: 'button', class: 'button quiet', onclick: () => (chat.forget(chat.history.get(directId(peerID))), context.navigate(null)) }, 'Delete this conversation');
  const form = h('form', { class: 'stack' }, h('label', { for: 'contact-name' }, 'Your name for this peer'), input, save);
  const connections = connectionList();
  const none = h('p', { class: 'hint' }, 'None at the moment. One is opened when you send something.');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    chat.addContact(peerID, input.value);
    context.announce('Contact saved');
  });
  input.value = chat.people.contacts.find((contact) => contact.peerID === peerID)?.name ?? '';
  const element = h(
    'div',
    { class: 'stack' },
    h('div', { class: 'card-head' }, avatar(peerID), h('h3', {}, name), presence),
    warning,
    h('div', { class: 'key' }, h('code', {}, peerID), copyButton(context, 'the peer ID', () => peerID)),
    browse,
    form,
    h('h3', {}, 'Connections'),
    connections.element,
    none,
    remove,
    forget,
  );
  const update = (): void => {
    const person = chat.people.person(peerID);
    const live = chat.network.connectionsTo(peerID);
    setText(name, person.name);
    setText(presence, person.isOnline ? 'Online' : 'Offline');
    warning.hidden = !person.isLookalike;
    setText(save, person.isContact ? 'Save name' : 'Add to contacts');
    remove.hidden = !person.isContact;
    none.hidden = live.length > 0;
    connections.update(live);
  };
  return { element, update };
}
