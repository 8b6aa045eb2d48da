import type { StorageLike, Vault } from './vault.js';
import { Vault as BrowserVault } from './vault.js';

/** The part of the Web Locks API that is used here. */
export interface Locks {
  request(name: string, options: { ifAvailable?: boolean; signal?: AbortSignal }, held: (lock: unknown) => Promise<unknown>): Promise<unknown>;
}

/** What the browser offers for keeping identities apart. */
export interface Platform {
  /** Shared by all tabs, and kept. */
  readonly local: StorageLike;
  /** A tab's own: survives a reload, is copied when the tab is duplicated. */
  readonly session: StorageLike;
  /** Absent where the page is not from a secure context. */
  readonly locks: Locks | undefined;
  readonly randomId: () => string;
}

/** The identity of this tab: where it keeps everything. */
export interface Claim {
  readonly vault: Vault;
  /** Whether this is the browser's main identity, which is kept when the tab is closed. */
  readonly isMain: boolean;
  /** Whether it is certain that no other tab uses this identity. */
  readonly isExclusive: boolean;
}

/** For how long a reloaded page waits for the lock of the page that it replaces. */
const reloadWaitMs = 1_500;

/**
 * Gives each tab an identity of its own. The first tab has the browser's main identity, in `localStorage`; each further
 * one has its own, in `sessionStorage`. Locks, held as long as the page lives, tell whether a tab that seems to have an
 * identity has been reloaded (the lock is free) or is a duplicate (it is not) and needs a new one.
 */
export async function claimIdentity(platform: Platform): Promise<Claim> {
  const session = new BrowserVault(platform.session);
  const tab = session.read('tab');
  if (tab === null || tab === 'main') {
    const exclusive = await hold(platform.locks, 'causeway-chat:main', tab === 'main' ? reloadWaitMs : 0);
    if (exclusive !== false) {
      session.write('tab', 'main');
      return { vault: new BrowserVault(platform.local), isMain: true, isExclusive: exclusive === true };
    }
  } else {
    const exclusive = await hold(platform.locks, `causeway-chat:${String(tab)}`, reloadWaitMs);
    if (exclusive !== false) return { vault: session, isMain: false, isExclusive: exclusive === true };
  }
  return claimFresh(platform);
}

/** A new identity for this tab, after its old one has turned out to be somebody else's. */
export async function claimFresh(platform: Platform): Promise<Claim> {
  const session = new BrowserVault(platform.session);
  session.clear();
  const tab = platform.randomId();
  session.write('tab', tab);
  const exclusive = await hold(platform.locks, `causeway-chat:${tab}`, 0);
  return { vault: session, isMain: false, isExclusive: exclusive === true };
}

/** Takes a lock for as long as the page lives: `true` held, `false` somebody else has it, `undefined` there are no locks. */
function hold(locks: Locks | undefined, name: string, waitMs: number): Promise<boolean | undefined> {
  if (locks === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const forever = (lock: unknown): Promise<unknown> => {
      resolve(lock !== null);
      return lock === null ? Promise.resolve() : new Promise(() => {});
    };
    const options = waitMs === 0 ? { ifAvailable: true } : { signal: AbortSignal.timeout(waitMs) };
    locks.request(name, options, forever).catch(() => resolve(false));
  });
}
