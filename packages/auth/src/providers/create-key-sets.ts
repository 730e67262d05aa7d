import { LruCache } from '@mainstay/kernel';
import type { FetchImplementation, JWTVerifyGetKey } from 'jose';
import { createRemoteJWKSet, customFetch } from 'jose';
import type { GuardedFetch } from './create-guarded-fetch.ts';

const CACHE = { maxEntries: 2_000, maxAgeMs: 86_400_000 };
/** Keys are asked for again after this time, and because of an unknown one at most once in a minute. */
const MAX_AGE_MS = 600_000;
const COOL_DOWN_MS = 60_000;
/** After the provider gave no answer: whoever sends many tokens must not make us send as many requests. */
const PAUSE_MS = 10_000;

/** The published keys of issuers, by the address where they lie. */
export function createKeySets(guardedFetch: GuardedFetch, timeoutMs: number): (address: string) => JWTVerifyGetKey {
  const known = new LruCache<JWTVerifyGetKey>(CACHE);

  function open(address: string): JWTVerifyGetKey {
    let pausedUntil = 0;
    const fetchKeys: FetchImplementation = async (url, options) => {
      if (Date.now() < pausedUntil) throw new Error('the issuer gave no answer a moment ago');
      try {
        return await guardedFetch(url, options);
      } catch (error) {
        pausedUntil = Date.now() + PAUSE_MS;
        throw error;
      }
    };
    return createRemoteJWKSet(new URL(address), {
      [customFetch]: fetchKeys,
      cacheMaxAge: MAX_AGE_MS,
      cooldownDuration: COOL_DOWN_MS,
      timeoutDuration: timeoutMs,
    });
  }

  return (address) => {
    const keys = known.get(address) ?? open(address);
    known.set(address, keys);
    return keys;
  };
}
