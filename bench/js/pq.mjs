// Microseconds of CPU time per operation of @noble/post-quantum, as one line of JSON.
import { ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { ml_kem1024 } from '@noble/post-quantum/ml-kem.js';

const budget = 700;
const message = new Uint8Array(1000);
const results = {};

function measure(name, operation) {
  for (const until = performance.now() + budget / 2; performance.now() < until;) operation();
  let count = 0;
  const start = performance.now();
  const before = process.cpuUsage();
  while (performance.now() - start < budget) {
    operation();
    count++;
  }
  const used = process.cpuUsage(before);
  results[name] = (used.user + used.system) / count;
}

const kem = ml_kem1024.keygen();
const { cipherText } = ml_kem1024.encapsulate(kem.publicKey);
const dsa = ml_dsa87.keygen();
const signature = ml_dsa87.sign(message, dsa.secretKey);

measure('ML-KEM-1024 key generation', () => ml_kem1024.keygen());
measure('ML-KEM-1024 encapsulation', () => ml_kem1024.encapsulate(kem.publicKey));
measure('ML-KEM-1024 decapsulation', () => ml_kem1024.decapsulate(cipherText, kem.secretKey));
measure('ML-DSA-87 key generation', () => ml_dsa87.keygen());
measure('ML-DSA-87 signature', () => ml_dsa87.sign(message, dsa.secretKey));
measure('ML-DSA-87 verification', () => ml_dsa87.verify(signature, message, dsa.publicKey));
console.log(JSON.stringify(results));
