/** Every room's topic is this, followed by the room's name. */
export const topicPrefix = 'causeway-chat/';

/** The room that everybody is in at first. */
export const defaultRoom = 'lobby';

/** The longest name of a room. */
export const maxRoomLength = 32;

/** The topic of a room. */
export function topicOf(room: string): string {
  return topicPrefix + room;
}

/** Turns what a person typed into the name of a room: `#Tea Room` → `tea-room`. `null` when nothing is left. */
export function cleanRoom(typed: string): string | null {
  const name = typed
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-._]+/u, '');
  return [...name].slice(0, maxRoomLength).join('').replace(/[-._]+$/u, '') || null;
}
