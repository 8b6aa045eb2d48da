import type { Chat } from '../model/chat.js';

/** Keeps the tab's title: how many messages are new, and which conversation is open. */
export function title(chat: Chat): void {
  const render = (): void => {
    const { active, unread } = chat;
    const { place } = chat.files;
    const owner = place === null ? '' : place.peerID === chat.people.self ? 'My files – ' : `Files of ${chat.people.person(place.peerID).name} – `;
    const name = active === null ? owner : active.kind === 'room' ? `#${active.name} – ` : `${chat.people.person(active.name).name} – `;
    const text = `${unread > 0 ? `(${unread}) ` : ''}${name}Causeway chat`;
    if (document.title !== text) document.title = text;
  };
  chat.changes.on(['conversations', 'messages', 'people', 'files'], render);
  render();
}
