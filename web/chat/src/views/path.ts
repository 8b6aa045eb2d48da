import type { Path } from '../model/path.js';
import { h, setAttributes } from './dom.js';
import { formatRtt } from './format.js';
import { icon } from './icons.js';

/** A path in words: "direct, 12 ms". */
export function describePath({ isRelayed, rttMs }: Path): string {
  const kind = isRelayed ? 'relayed' : 'direct';
  return rttMs === null ? kind : `${kind}, ${formatRtt(rttMs)}`;
}

/** A picture of the path and its round trip, or the kind in words too; empty without a path. Where words are left out, say them elsewhere for screen readers. */
export function pathMark(style: 'words' | 'brief'): { element: HTMLElement; update: (path: Path | null) => void } {
  const element = h('span', { class: 'path', 'aria-hidden': style === 'brief' ? 'true' : null });
  let shown = '';
  const update = (path: Path | null): void => {
    const words = path === null ? '' : describePath(path);
    if (words === shown) return;
    shown = words;
    element.replaceChildren();
    setAttributes(element, { 'data-path': path && (path.isRelayed ? 'relayed' : 'direct'), title: path && (path.isRelayed ? 'Connected through a relay' : 'Connected directly') });
    if (path === null) return;
    const text = style === 'words' ? words : path.rttMs === null ? '' : formatRtt(path.rttMs);
    element.append(icon(path.isRelayed ? 'relayed' : 'direct'), text);
  };
  return { element, update };
}
