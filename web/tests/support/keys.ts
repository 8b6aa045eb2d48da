import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** The beginning of a libp2p `PrivateKey` protobuf with an Ed25519 key, and of a `PublicKey` one. */
const privatePrefix = Buffer.from('08011240', 'hex');
const publicPrefix = Buffer.from('08011220', 'hex');

/** The beginning of an Ed25519 key in PKCS #8 (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A real identity: the peer ID and the key, as the gateway's protocol writes them. */
export function identity(peerkey?: string): { peerid: string; peerkey: string } {
  const seed = peerkey === undefined ? newSeed() : Buffer.from(peerkey, 'base64').subarray(4, 36);
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  const publicKey = Buffer.from(jwk.x ?? '', 'base64url');
  return {
    peerkey: Buffer.concat([privatePrefix, seed, publicKey]).toString('base64'),
    // The multihash with the code 0 holds the public key itself.
    peerid: base58(Buffer.concat([Buffer.from([0, 36]), publicPrefix, publicKey])),
  };
}

function newSeed(): Buffer {
  return Buffer.from(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
}

function base58(bytes: Buffer): string {
  let value = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (; value > 0n; value /= 58n) text = (alphabet[Number(value % 58n)] ?? '') + text;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return '1'.repeat(zeros < 0 ? bytes.length : zeros) + text;
}
