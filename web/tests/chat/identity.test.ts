import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimFresh, claimIdentity, type Locks, type Platform } from '../../chat/build/identity/claim.js';
import { Vault } from '../../chat/build/identity/vault.js';
import { TestStorage } from '../support/memory-storage.js';

/** The locks of one browser. A page's locks go when it goes. */
class BrowserLocks {
  readonly #held = new Map<string, object>();
  readonly #waiting: Array<() => void> = [];

  /** The locks as one page sees them. */
  page(page: object): Locks {
    return {
      request: (name, { ifAvailable, signal }, held) =>
        new Promise((resolve, reject) => {
          const grant = (): void => {
            this.#held.set(name, page);
            void held({ name }).then(resolve);
          };
          if (!this.#held.has(name)) return grant();
          if (ifAvailable) return void held(null).then(resolve);
          if (signal?.aborted) return reject(new Error('AbortError'));
          signal?.addEventListener('abort', () => reject(new Error('AbortError')));
          this.#waiting.push(() => !this.#held.has(name) && !signal?.aborted && grant());
        }),
    };
  }

  close(page: object): void {
    for (const [name, owner] of this.#held) if (owner === page) this.#held.delete(name);
    this.#waiting.splice(0).forEach((check) => check());
  }
}

class Browser {
  readonly local = new TestStorage();
  readonly locks = new BrowserLocks();
  readonly hasLocks: boolean;
  #ids = 0;

  constructor(hasLocks = true) {
    this.hasLocks = hasLocks;
  }

  /** A page in a tab whose own storage is `session`. */
  open(session: TestStorage): { platform: Platform; close: () => void } {
    const page = {};
    const platform: Platform = {
      local: this.local,
      session,
      locks: this.hasLocks ? this.locks.page(page) : undefined,
      randomId: () => `tab-${++this.#ids}`,
    };
    return { platform, close: () => this.locks.close(page) };
  }
}

function duplicate(session: TestStorage): TestStorage {
  const copy = new TestStorage();
  for (const [key, value] of session.values) copy.values.set(key, value);
  return copy;
}

test('the first tab has the main identity, the second one of its own', async () => {
  const browser = new Browser();
  const first = await claimIdentity(browser.open(new TestStorage()).platform);
  const second = await claimIdentity(browser.open(new TestStorage()).platform);
  assert.ok(first.isMain && first.isExclusive && !second.isMain && second.isExclusive);
  first.vault.write('key', 'one');
  assert.equal(second.vault.read('key'), null);
});

test('a reload keeps the identity, of the first tab and of the second', async () => {
  const browser = new Browser();
  for (const [session, isMain] of [[new TestStorage(), true], [new TestStorage(), false]] as const) {
    const page = browser.open(session);
    (await claimIdentity(page.platform)).vault.write('key', `of ${String(isMain)}`);
    // The new page asks before the old one has quite gone.
    const reloaded = claimIdentity(browser.open(session).platform);
    page.close();
    const claim = await reloaded;
    assert.deepEqual([claim.isMain, claim.vault.read('key')], [isMain, `of ${String(isMain)}`]);
  }
});

test('when the first tab is closed, the next new one has the main identity', async () => {
  const browser = new Browser();
  const page = browser.open(new TestStorage());
  (await claimIdentity(page.platform)).vault.write('key', 'main');
  page.close();
  assert.equal((await claimIdentity(browser.open(new TestStorage()).platform)).vault.read('key'), 'main');
});

test('a duplicated tab becomes somebody else', async (t) => {
  t.mock.method(AbortSignal, 'timeout', () => AbortSignal.abort());
  const browser = new Browser();
  const main = new TestStorage();
  (await claimIdentity(browser.open(main).platform)).vault.write('key', 'main');
  const copyOfMain = await claimIdentity(browser.open(duplicate(main)).platform);
  assert.deepEqual([copyOfMain.isMain, copyOfMain.vault.read('key')], [false, null]);

  const second = new TestStorage();
  (await claimIdentity(browser.open(second).platform)).vault.write('key', 'second');
  const copy = await claimIdentity(browser.open(duplicate(second)).platform);
  assert.deepEqual([copy.isMain, copy.vault.read('key')], [false, null]);
});

test('without locks the gateway has to tell, and then the tab begins anew', async () => {
  const browser = new Browser(false);
  const session = new TestStorage();
  const claim = await claimIdentity(browser.open(session).platform);
  assert.ok(claim.isMain && !claim.isExclusive);
  claim.vault.write('key', 'main');
  const { platform } = browser.open(duplicate(session));
  assert.equal((await claimIdentity(platform)).vault.read('key'), 'main');
  const fresh = await claimFresh(platform);
  assert.deepEqual([fresh.isMain, fresh.vault.read('key')], [false, null]);
  fresh.vault.write('key', 'fresh');
  assert.equal((await claimIdentity(platform)).vault.read('key'), 'fresh');
  assert.equal(new Vault(browser.local).read('key'), 'main');
});

test('a vault survives damage, and knows when it is full', () => {
  const storage = new TestStorage();
  const vault = new Vault(storage);
  storage.setItem('causeway-chat.broken', '{');
  storage.setItem('somebody else', 'x');
  assert.equal(vault.read('broken'), null);
  storage.capacity = 100;
  assert.equal(vault.write('big', 'x'.repeat(200)), false);
  assert.equal(vault.write('small', 1), true);
  assert.deepEqual(vault.keys().sort(), ['broken', 'small']);
  vault.clear();
  assert.deepEqual([...storage.values.keys()], ['somebody else']);
});
