import { directId, roomId, type ConversationId } from '../model/conversation.js';
import type { Place } from '../model/files.js';
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

/** The address of a folder within the page: `#/files/12D3KooW…/pictures/lake`. */
export function hashOfPlace({ peerID, folder }: Place): string {
  return `#/files/${[peerID, ...(folder === '' ? [] : folder.split('/'))].map(encodeURIComponent).join('/')}`;
}

/** The folder that an address means, or `null`. `#/files` alone is the user's own. */
export function parsePlace(hash: string, self: string): Place | null {
  const [, path] = /^#\/files\/?(.*)$/.exec(hash) ?? [];
  if (path === undefined) return null;
  let names: string[];
  try {
    names = path.split('/').map(decodeURIComponent);
  } catch {
    return null;
  }
  const [peerID = '', ...folders] = names;
  if (peerID === '') return { peerID: self, folder: '' };
  return isPeerID(peerID) && folders.every((name) => name !== '' && !name.includes('/')) ? { peerID, folder: folders.join('/') } : null;
}
