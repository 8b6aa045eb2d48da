/** The longest name, in code points. */
export const maxNameLength = 40;

/**
 * A name fit to be shown: one line, no control or formatting characters (which could reverse the text around it),
 * at most three marks on a letter, bounded. `null` when nothing is left, or when it never was a name.
 */
export function cleanName(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 4 * maxNameLength) return null;
  const line = value
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(/\s+/gu, ' ')
    .trim();
  return [...line].slice(0, maxNameLength).join('').trim() || null;
}

/** Two names that a person could take for the same have the same key. */
export function nameKey(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\p{M}\p{P}\p{Z}\p{C}]/gu, '')
    .toLowerCase()
    .replace(/[0о]/g, 'o')
    .replace(/[1lі|]/g, 'i')
    .replace(/а/g, 'a')
    .replace(/е/g, 'e')
    .replace(/с/g, 'c');
}

const colours = ['Amber', 'Azure', 'Coral', 'Copper', 'Cobalt', 'Hazel', 'Indigo', 'Ivory', 'Jade', 'Misty', 'Olive', 'Pearl', 'Ruby', 'Russet', 'Silver', 'Teal'];
const animals = ['Badger', 'Curlew', 'Dolphin', 'Falcon', 'Gecko', 'Heron', 'Ibis', 'Kestrel', 'Lynx', 'Marten', 'Newt', 'Otter', 'Plover', 'Raven', 'Seal', 'Tern'];

/** A name for somebody who has not chosen one. */
export function inventName(random: () => number = Math.random): string {
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? '';
  return `${pick(colours)} ${pick(animals)}`;
}
