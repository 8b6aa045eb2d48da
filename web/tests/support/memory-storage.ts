/** A browser's storage, in memory; `capacity` limits the characters in it. */
export class TestStorage {
  readonly values = new Map<string, string>();
  capacity = Infinity;

  get length(): number {
    return this.values.size;
  }

  key(index: number): string | null {
    return [...this.values.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.values.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    const others = [...this.values].filter(([other]) => other !== key).reduce((sum, [other, text]) => sum + other.length + text.length, 0);
    if (others + key.length + value.length > this.capacity) throw new Error('QuotaExceededError');
    this.values.set(key, value);
  }

  removeItem(key: string): void {
    this.values.delete(key);
  }
}
