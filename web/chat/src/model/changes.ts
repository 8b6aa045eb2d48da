/** What can change, for those who show it. */
export type Change = 'status' | 'profile' | 'conversations' | 'messages' | 'people' | 'connections' | 'files' | 'uploads';

/** Runs something a little later: at the next frame of a page, say. */
export type Schedule = (run: () => void) => void;

/** Tells listeners what has changed, once for all changes of the same moment. */
export class Changes {
  readonly #schedule: Schedule;
  readonly #listeners: Array<{ kinds: ReadonlySet<Change>; run: () => void }> = [];
  #pending = new Set<Change>();

  /** @param schedule decides how long a moment is; by default until the current task has ended */
  constructor(schedule: Schedule = queueMicrotask) {
    this.#schedule = schedule;
  }

  /** Notes a change. */
  mark(...kinds: Change[]): void {
    if (this.#pending.size === 0) this.#schedule(() => this.flush());
    for (const kind of kinds) this.#pending.add(kind);
  }

  /** Runs `run` after any of these changes. */
  on(kinds: readonly Change[], run: () => void): void {
    this.#listeners.push({ kinds: new Set(kinds), run });
  }

  /** Tells at once what has changed so far: the user waits for it. */
  flush(): void {
    const changed = this.#pending;
    this.#pending = new Set();
    for (const { kinds, run } of this.#listeners) {
      if ([...changed].some((kind) => kinds.has(kind))) run();
    }
  }
}
