import type { CacheBounds } from './lru-cache.ts';
import { LruCache } from './lru-cache.ts';

/**
 * A cache that loads what it lacks, once for all callers that wait for it.
 * A load that was under way while its key was invalidated is handed to its callers but not kept: it may be stale.
 */
export class LoadingCache<Value> {
  readonly #values: LruCache<{ value: Value }>;
  readonly #loading = new Map<string, Promise<Value>>();

  constructor(bounds: CacheBounds) {
    this.#values = new LruCache(bounds);
  }

  /** The value if it is here already; the hot path avoids a promise with it. */
  peek(key: string): Value | undefined {
    return this.#values.get(key)?.value;
  }

  async get(key: string, load: () => Promise<Value>): Promise<Value> {
    const known = this.#values.get(key);
    if (known !== undefined) return known.value;
    const waiting = this.#loading.get(key);
    if (waiting !== undefined) return waiting;
    const loading = load();
    this.#loading.set(key, loading);
    try {
      const value = await loading;
      if (this.#loading.get(key) === loading) this.#values.set(key, { value });
      return value;
    } finally {
      if (this.#loading.get(key) === loading) this.#loading.delete(key);
    }
  }

  invalidate(key: string): void {
    this.#values.delete(key);
    this.#loading.delete(key);
  }

  invalidatePrefix(prefix: string): void {
    this.#values.deletePrefix(prefix);
    for (const key of this.#loading.keys()) if (key.startsWith(prefix)) this.#loading.delete(key);
  }

  clear(): void {
    this.#values.clear();
    this.#loading.clear();
  }
}
