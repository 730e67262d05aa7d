/** Where texts are kept between starts of the app: `localStorage`, React Native's AsyncStorage and the like have this shape already. */
export interface KeyValueStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** The browser's storage where there is one that lets us in, the memory of this process otherwise. */
export function defaultStorage(): KeyValueStorage {
  try {
    const { localStorage } = globalThis as { localStorage?: KeyValueStorage };
    const probe = 'mainstay:probe';
    localStorage?.setItem(probe, probe);
    localStorage?.removeItem(probe);
    return localStorage ?? memoryStorage();
  } catch {
    // Blocked by the browser's settings, or full.
    return memoryStorage();
  }
}

/** Forgets everything when the process ends. */
export function memoryStorage(): KeyValueStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
  };
}
