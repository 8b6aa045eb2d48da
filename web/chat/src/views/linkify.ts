import { h } from './dom.js';

const address = /https?:\/\/[^\s<>"“”]+/giu;

/** Text as nodes, with the web addresses in it as links. Nothing in it is taken for markup. */
export function linkify(text: string): Node[] {
  const nodes: Node[] = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(address)) {
    const shown = trimEnd(match);
    const url = safeUrl(shown);
    if (url === null) continue;
    nodes.push(document.createTextNode(text.slice(end, index)), h('a', { href: url, target: '_blank', rel: 'noopener noreferrer nofollow' }, shown));
    end = index + shown.length;
  }
  nodes.push(document.createTextNode(text.slice(end)));
  return nodes;
}

/** What ends a sentence does not belong to the address; nor does a bracket that was opened before it. */
export function trimEnd(match: string): string {
  let shown = match.replace(/[.,;:!?'’…]+$/u, '');
  while (shown.endsWith(')') && shown.split('(').length < shown.split(')').length) shown = shown.slice(0, -1).replace(/[.,;:!?'’…]+$/u, '');
  return shown;
}

/** The address to go to, or `null` for what should not be clicked: no web address, or one that hides its host behind a user name. */
export function safeUrl(shown: string): string | null {
  if (!URL.canParse(shown)) return null;
  const url = new URL(shown);
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  return isWeb && url.username === '' && url.password === '' ? url.href : null;
}
