import { h } from './dom.js';

/** A place that screen readers read out when its text changes. */
export function announcer(): { element: HTMLElement; announce: (text: string) => void } {
  const element = h('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' });
  const announce = (text: string): void => {
    // A line of its own each time: the same text twice is still read twice.
    element.replaceChildren(h('p', {}, text));
  };
  return { element, announce };
}
