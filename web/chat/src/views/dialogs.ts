import { directId, roomId } from '../model/conversation.js';
import { maxNameLength } from '../protocol/names.js';
import { findPeerID } from '../protocol/peer-id.js';
import { cleanRoom, maxRoomLength } from '../protocol/rooms.js';
import { connectionDialog } from './connection-dialog.js';
import type { Context, DialogName } from './context.js';
import { dialog, form, type Dialog } from './dialog.js';
import { h } from './dom.js';
import { profileDialog } from './profile-dialog.js';
import { switcher } from './switcher.js';

/** Every dialog, by name. */
export function dialogs(context: Context): Record<DialogName, Dialog> {
  return {
    profile: profileDialog(context),
    'join-room': joinRoom(context),
    'add-contact': addContact(context),
    connection: connectionDialog(context),
    switcher: switcher(context),
    shortcuts: shortcuts(),
  };
}

function joinRoom({ chat, navigate }: Context): Dialog {
  const input = h('input', { id: 'room-name', autofocus: true, type: 'text', maxlength: maxRoomLength, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', placeholder: 'tea-room' });
  const join = (): string | null => {
    const room = cleanRoom(input.value);
    if (room === null) return 'A room needs a name of letters or digits.';
    chat.rooms.join(room);
    navigate(roomId(room));
    return null;
  };
  const fields = [h('label', { for: 'room-name' }, 'Name of the room'), input, h('p', { class: 'hint' }, 'Whoever enters the same name is in the same room. Rooms are open to everybody.')];
  const element: Dialog = dialog('Join a room', [form(fields, 'Join', join, () => element.close())], () => (input.value = ''));
  return element;
}

function addContact({ chat, navigate }: Context): Dialog {
  const peer = h('input', { id: 'new-contact-peer', autofocus: true, type: 'text', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', placeholder: '12D3KooW…' });
  const name = h('input', { id: 'new-contact-name', type: 'text', maxlength: maxNameLength, autocomplete: 'off', placeholder: 'As it calls itself' });
  const add = (): string | null => {
    const peerID = findPeerID(peer.value);
    if (peerID === null) return 'That is not a peer ID. It begins with 12D3KooW, 16Uiu2HA or Qm; your contact finds it in the profile.';
    if (peerID === chat.people.self) return 'That is your own peer ID.';
    chat.addContact(peerID, name.value);
    navigate(directId(peerID));
    return null;
  };
  const fields = [
    h('label', { for: 'new-contact-peer' }, 'Peer ID'),
    peer,
    h('label', { for: 'new-contact-name' }, 'Your name for this peer ', h('span', { class: 'hint' }, '(optional)')),
    name,
    h('p', { class: 'hint' }, 'The gateway keeps a connection to your contacts and looks for them when they are away.'),
  ];
  const clear = (): void => {
    peer.value = '';
    name.value = '';
  };
  const element: Dialog = dialog('Add a contact', [form(fields, 'Add', add, () => element.close())], clear);
  return element;
}

function shortcuts(): Dialog {
  const rows: ReadonlyArray<readonly [string, string]> = [
    ['Ctrl+K', 'Go to a conversation'],
    ['Alt+↑  Alt+↓', 'Conversation above or below'],
    ['Alt+Shift+↓', 'Next conversation with news'],
    ['/', 'Write a message'],
    ['Enter', 'Send'],
    ['Shift+Enter', 'New line'],
    ['Alt+P', 'Who is here'],
    ['Esc', 'Close, and back to writing'],
    ['?', 'This list'],
  ];
  return dialog('Keyboard shortcuts', [h('dl', { class: 'shortcuts' }, ...rows.flatMap(([keys, what]) => [h('dt', {}, h('kbd', {}, keys)), h('dd', {}, what)]))]);
}
