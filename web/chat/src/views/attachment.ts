import { isShownPicture, type Attachment } from '../protocol/attachment.js';
import type { Context } from './context.js';
import { h } from './dom.js';
import { formatBytes } from './format.js';
import { icon } from './icons.js';

/** A file in a message: a picture as such, anything else as a link. What its author says of it is a claim; its content is not. */
export function attachment({ chat }: Context, from: string, file: Attachment): HTMLElement {
  const open = chat.files.urlOf(file.cid, from);
  const card = h(
    'span',
    { class: 'attachment-card' },
    icon(isShownPicture(file) ? 'picture' : 'file'),
    h('span', { class: 'lines' }, h('a', { class: 'title', href: open, target: '_blank', rel: 'noopener' }, h('bdi', {}, file.name)), h('span', { class: 'preview' }, formatBytes(file.size))),
    h('a', { class: 'icon-button', href: chat.files.urlOf(file.cid, from, file.name), download: file.name, title: `Save ${file.name}`, 'aria-label': `Save ${file.name}` }, icon('download')),
  );
  if (!isShownPicture(file)) return h('div', { class: 'attachment' }, card);
  const picture = h('img', { class: 'attachment-picture', src: open, alt: file.name, loading: 'lazy', decoding: 'async' });
  const link = h('a', { href: open, target: '_blank', rel: 'noopener', title: 'Open the picture' }, picture);
  const problem = h('p', { class: 'problem', hidden: true }, 'The picture could not be fetched. ', h('button', { type: 'button', class: 'link', onclick: () => again() }, 'Try again'));
  const again = (): void => {
    problem.hidden = true;
    link.hidden = false;
    // The same address again would be answered from what failed.
    picture.src = '';
    picture.src = open;
  };
  picture.addEventListener('error', () => {
    if (picture.getAttribute('src') === '') return;
    link.hidden = true;
    problem.hidden = false;
  });
  return h('div', { class: 'attachment' }, link, problem, card);
}
