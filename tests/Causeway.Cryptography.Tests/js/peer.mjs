// Reads a JSON array of requests, answers with a JSON array of results. Bytes are hexadecimal.
import { ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import { text } from 'node:stream/consumers';

const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (array) => Buffer.from(array).toString('hex');

const functions = {
  dsaKeygen({ seed }) {
    const { publicKey, secretKey } = ml_dsa87.keygen(bytes(seed));
    return { publicKey: hex(publicKey), secretKey: hex(secretKey) };
  },
  dsaSign({ secretKey, message, context, random }) {
    const extraEntropy = random === undefined ? false : bytes(random);
    return { signature: hex(ml_dsa87.sign(bytes(message), bytes(secretKey), { context: bytes(context), extraEntropy })) };
  },
  dsaVerify({ publicKey, message, context, signature }) {
    return { valid: ml_dsa87.verify(bytes(signature), bytes(message), bytes(publicKey), { context: bytes(context) }) };
  },
  kemKeygen({ seed }) {
    const { publicKey, secretKey } = ml_kem1024.keygen(bytes(seed));
    return { publicKey: hex(publicKey), secretKey: hex(secretKey) };
  },
  kemEncapsulate({ publicKey, random }) {
    const { cipherText, sharedSecret } = ml_kem1024.encapsulate(bytes(publicKey), bytes(random));
    return { ciphertext: hex(cipherText), secret: hex(sharedSecret) };
  },
  kemDecapsulate({ secretKey, ciphertext }) {
    return { secret: hex(ml_kem1024.decapsulate(bytes(ciphertext), bytes(secretKey))) };
  },
};

const requests = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(requests.map(({ function: name, ...parameters }) => functions[name](parameters))));
