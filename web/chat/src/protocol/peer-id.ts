const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Code of the multihash that holds a short key itself, and of SHA-2-256 (multicodec table). */
const identity = 0x00;
const sha256 = 0x12;

/** Whether `text` is a peer ID in base58btc: the multihash of a public key. */
export function isPeerID(text: string): boolean {
  // The longest is a 42-byte key behind two bytes: 60 digits.
  if (text.length < 10 || text.length > 60) return false;
  const bytes = decodeBase58(text);
  if (bytes === null || bytes.length < 4 || bytes[1] !== bytes.length - 2) return false;
  if (bytes[0] === sha256) return bytes.length === 34;
  // A key's protobuf begins with its type (field 1).
  return bytes[0] === identity && bytes[2] === 0x08;
}

/** Finds the peer ID in what was pasted: itself, a multiaddr that ends in one, or a link to a conversation. */
export function findPeerID(pasted: string): string | null {
  const candidates = pasted.trim().split(/[/#\s]+/);
  return candidates.reverse().find(isPeerID) ?? null;
}

/** The end of a peer ID, which tells peers apart (their beginnings are all alike). */
export function shortPeerID(peerID: string): string {
  return peerID.slice(-8);
}

function decodeBase58(text: string): number[] | null {
  const bytes: number[] = [];
  for (const digit of text) {
    let carry = alphabet.indexOf(digit);
    if (carry < 0) return null;
    for (let i = 0; i < bytes.length; i++) {
      carry += (bytes[i] ?? 0) * 58;
      bytes[i] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff);
  }
  const zeros = /^1*/.exec(text)?.[0].length ?? 0;
  return [...new Array<number>(zeros).fill(0), ...bytes.reverse()];
}
