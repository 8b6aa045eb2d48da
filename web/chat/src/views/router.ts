import { directId, roomId, type ConversationId } from '../model/conversation.js';
import { isPeerID } from '../protocol/peer-id.js';
import { cleanRoom } from '../protocol/rooms.js';

/** The address of a conversation within the page: `#/room/lobby`, `#/peer/12D3KooW…`. */
export function hashOf(id: ConversationId | null): string {
  if (id === null) return '#/';
  const name = encodeURIComponent(id.slice(id.indexOf(':') + 1));
  return id.startsWith('room:') ? `#/room/${name}` : `#/peer/${name}`;
}

/** The conversation that an address means, or `null`. Addresses come from anywhere: only good names pass. */
export function parseHash(hash: string): ConversationId | null {
  const [, kind, encoded] = /^#\/(room|peer)\/([^/]+)$/.exec(hash) ?? [];
  if (kind === undefined || encoded === undefined) return null;
  let name: string;
  try {
    name = decodeURIComponent(encoded);
  } catch {
    return null;
  }
  if (kind === 'peer') return isPeerID(name) ? directId(name) : null;
  return cleanRoom(name) === name ? roomId(name) : null;
}
