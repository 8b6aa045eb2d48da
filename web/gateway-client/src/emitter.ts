/** Events with typed payloads. A listener's exception does not reach the others, nor who emits. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(payload: never) => void>>();

  /** Adds a listener; the function that comes back removes it. */
  on<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Calls every listener; says whether there was one. */
  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): boolean {
    const listeners = [...(this.#listeners.get(name) ?? [])] as Array<(payload: Events[Name]) => void>;
    for (const listener of listeners) {
      try {
        listener(payload);
      } catch (error) {
        reportUncaught(error);
      }
    }
    return listeners.length > 0;
  }
}

/** Reports an exception the way the platform reports one that nobody caught, without stopping anything. */
export function reportUncaught(error: unknown): void {
  if (typeof globalThis.reportError === 'function') globalThis.reportError(error);
  else console.error(error);
}
