import type { Platform } from './claim.js';
import { MemoryStorage } from './memory-storage.js';
import type { StorageLike } from './vault.js';

/** What this browser offers. Storage can be forbidden, and there are locks in secure contexts only. */
export function browserPlatform(): Platform {
  return {
    local: storage(() => localStorage),
    session: storage(() => sessionStorage),
    locks: navigator.locks as Platform['locks'],
    randomId: () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join('-'),
  };
}

function storage(get: () => Storage): StorageLike {
  try {
    return get();
  } catch {
    return new MemoryStorage();
  }
}
