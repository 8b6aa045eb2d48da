/** What can change, for those who show it. */
export type Change = 'status' | 'profile' | 'conversations' | 'messages' | 'people' | 'connections';

/** Tells listeners what has changed, once for all changes of the same moment. */
export class Changes {
  readonly #listeners: Array<{ kinds: ReadonlySet<Change>; run: () => void }> = [];
  #pending = new Set<Change>();

  /** Notes a change. Listeners run when the current task has ended. */
  mark(...kinds: Change[]): void {
    if (this.#pending.size === 0) queueMicrotask(() => this.#flush());
    for (const kind of kinds) this.#pending.add(kind);
  }

  /** Runs `run` after any of these changes. */
  on(kinds: readonly Change[], run: () => void): void {
    this.#listeners.push({ kinds: new Set(kinds), run });
  }

  #flush(): void {
    const changed = this.#pending;
    this.#pending = new Set();
    for (const { kinds, run } of this.#listeners) {
      if ([...changed].some((kind) => kinds.has(kind))) run();
    }
  }
}
