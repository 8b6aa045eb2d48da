import type { Context } from './context.js';
import { avatar } from './avatar.js';
import { copyButton } from './copy-button.js';
import { h, hidden, setAttributes, setText } from './dom.js';
import { count } from './format.js';
import { icon } from './icons.js';
import type { Panel } from './panel.js';
import { pathMark } from './path.js';
import { statusButton } from './status.js';

/** The head of a conversation: what it is, who is here, and on a phone the way back. */
export function header(context: Context, panel: Panel): HTMLElement {
  const { chat, navigate } = context;
  const back = h('button', { type: 'button', class: 'icon-button back', title: 'All conversations', 'aria-label': 'All conversations', onclick: () => navigate(null) }, icon('back'));
  const backBadge = h('span', { class: 'badge', 'aria-hidden': 'true' });
  back.append(backBadge);
  const picture = h('span', { class: 'header-picture' });
  const title = h('bdi', {});
  const presence = h('span', {});
  const mark = pathMark('words');
  const subtitle = h('p', { class: 'subtitle' }, presence, mark.element);
  const people = h('button', { type: 'button', class: 'icon-button with-count', 'aria-controls': 'panel', onclick: () => panel.toggle() });
  const link = copyButton(context, 'the link to this conversation', () => location.href, 'link');
  link.classList.add('wide-only');
  const files = h('button', { type: 'button', class: 'icon-button', title: 'Files of this peer', 'aria-label': 'Files of this peer', onclick: () => context.browse({ peerID: chat.active?.name ?? '', folder: '' }) }, icon('folder'));
  let shown: string | null = null;

  const render = (): void => {
    const { active } = chat;
    if (active === null) return;
    const person = active.kind === 'direct' ? chat.people.person(active.name) : null;
    if (shown !== active.id) {
      picture.replaceChildren(person ? avatar(active.name) : h('span', { class: 'hash', 'aria-hidden': 'true' }, '#'), ...(person ? [h('span', { class: 'presence' })] : []));
      shown = active.id;
    }
    const others = active.kind === 'room' ? chat.rooms.members(active.name).length : 0;
    setText(title, person?.name ?? active.name);
    const here = person ? `${person.isOnline ? 'Online' : 'Offline'} · ${person.short}` : `${count(others + 1, 'person', 'people')} here`;
    setText(presence, chat.network.stage.at === 'connected' ? here : 'Not connected');
    mark.update(person && chat.network.pathTo(active.name));
    setAttributes(picture, { 'data-online': person?.isOnline ?? false });
    files.hidden = person === null;
    const label = person ? 'About this peer' : 'Who is here';
    setAttributes(people, { title: label, 'aria-expanded': String(panel.isOpen) });
    people.replaceChildren(icon(person ? 'person' : 'people'), h('span', { class: 'count' }, person ? '' : String(others + 1)), hidden(label));
    const elsewhere = chat.unread - active.unread;
    setText(backBadge, elsewhere === 0 ? '' : elsewhere > 99 ? '99+' : String(elsewhere));
  };
  chat.changes.on(['conversations', 'people', 'profile', 'messages', 'status', 'connections'], render);
  panel.onToggle(render);
  render();
  return h(
    'header',
    { class: 'main-header' },
    back,
    picture,
    h('div', { class: 'titles' }, h('h1', { id: 'conversation-title' }, title), subtitle),
    h('div', { class: 'header-actions' }, statusButton(context), files, link, people),
  );
}
