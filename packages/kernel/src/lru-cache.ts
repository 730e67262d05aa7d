import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';

/** How large a cache may grow, and how long an entry may be believed without news. */
export interface CacheBounds {
  readonly maxEntries: number;
  /** The longest time that a missed invalidation can matter. */
  readonly maxAgeMs: number;
}

interface Entry<Value> {
  readonly value: Value;
  readonly expiresAt: number;
}

/** A bounded map that forgets the least recently used entry first, and every entry after its age. */
export class LruCache<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #bounds: CacheBounds;
  readonly #clock: Clock;

  constructor(bounds: CacheBounds, clock: Clock = systemClock) {
    this.#bounds = bounds;
    this.#clock = clock;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.expiresAt <= this.#clock.now()) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, expiresAt: this.#clock.now() + this.#bounds.maxAgeMs });
    if (this.#entries.size <= this.#bounds.maxEntries) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Forgets every entry whose key starts with the prefix. */
  deletePrefix(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}
