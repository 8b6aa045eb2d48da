import type { Delivery } from '../model/conversation.js';
import { h } from './dom.js';
import { icon, type IconName } from './icons.js';

const looks: Record<Exclude<Delivery, 'received'>, { icon: IconName; label: string }> = {
  sending: { icon: 'clock', label: 'Sending' },
  sent: { icon: 'check', label: 'Sent to the room' },
  delivered: { icon: 'checks', label: 'Delivered' },
  failed: { icon: 'alert', label: 'Not delivered' },
};

/** The tick under one's own message. It always takes the same room, so that nothing moves when it changes. */
export function tick(delivery: Delivery): HTMLElement {
  if (delivery === 'received') return h('span', {});
  const { icon: name, label } = looks[delivery];
  return h('span', { class: 'tick', role: 'img', 'aria-label': label, title: label, 'data-delivery': delivery }, icon(name));
}
