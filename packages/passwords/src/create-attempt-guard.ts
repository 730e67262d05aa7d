import type { Clock, ProjectContext } from '@mainstay/kernel';
import { limitExceeded, LruCache } from '@mainstay/kernel';
import type { AttemptPace, Store } from '@mainstay/store';
import { AttemptThrottle } from './attempt-throttle.ts';
import { signInThrottled } from './passwords.problems.ts';

const FORGET_MS = 3_600_000;
const LOCAL_KEYS = 100_000;
/** The same as where Redis is away (AttemptThrottle). */
const OWN_PACE: AttemptPace = { free: 5, firstDelayMs: 1_000, maxDelayMs: 300_000, forgetMs: FORGET_MS };
/** An address that tries many accounts: a school behind one address mistypes a lot, but not for hours. */
const ADDRESS_PACE: AttemptPace = { free: 100, firstDelayMs: 1_000, maxDelayMs: 300_000, forgetMs: FORGET_MS };
/** An account that many addresses try. The wait is short, so that its owner gets in also from a new place. */
const ACCOUNT_PACE: AttemptPace = { free: 100, firstDelayMs: 1_000, maxDelayMs: 30_000, forgetMs: FORGET_MS };

/** A guess at somebody's secret. */
export interface Attempt {
  /** Whose secret: an address, a name, an id. It need not exist. */
  readonly account: string;
  readonly ip: string;
  /** Whether the account has been used from there: then only its own failures from there count. */
  readonly isKnownPlace: () => Promise<boolean>;
}

/** So many of something in a time. */
export interface Allowance {
  readonly name: string;
  readonly key: string;
  readonly allowed: number;
  readonly windowMs: number;
}

/**
 * Slows guessing down, counted over all processes by Redis and by each one alone while Redis is away. The wait belongs to an account
 * together with an address first, so that a stranger's failures do not keep the owner out.
 */
export function createAttemptGuard({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
  const local = new AttemptThrottle(clock);
  const windows = new LruCache<{ count: number; readonly endsAt: number }>({ maxEntries: LOCAL_KEYS, maxAgeMs: FORGET_MS }, clock);

  async function begin(context: ProjectContext, key: string, pace: AttemptPace): Promise<number> {
    const waitMs = await store.attempts.begin(context, key, { ...pace, nowMs: clock.now() });
    if (waitMs !== null) return waitMs;
    if (pace === OWN_PACE) local.begin(`${context.project.id} ${key}`);
    return 0;
  }

  function takeLocally(context: ProjectContext, { key, allowed, windowMs }: Allowance): number {
    const now = clock.now();
    const found = windows.get(`${context.project.id} ${key}`);
    const window = found !== undefined && found.endsAt > now ? found : { count: 0, endsAt: now + windowMs };
    window.count += 1;
    windows.set(`${context.project.id} ${key}`, window);
    return window.count > allowed ? window.endsAt - now : 0;
  }

  const keysOf = ({ account, ip }: Attempt) => ({ own: `${ip} ${account}`, address: `ip ${ip}`, account: `account ${account}` });

  return {
    /** Begins an attempt, which counts as failed until `succeed` says otherwise. @throws signInThrottled while it has to wait */
    async begin(context: ProjectContext, attempt: Attempt): Promise<void> {
      const keys = keysOf(attempt);
      const own = await begin(context, keys.own, OWN_PACE);
      const address = own > 0 ? own : await begin(context, keys.address, ADDRESS_PACE);
      const waitMs = address > 0 ? address : await begin(context, keys.account, ACCOUNT_PACE);
      if (waitMs === 0) return;
      const isOfOthers = own === 0 && address === 0;
      if (isOfOthers && (await attempt.isKnownPlace())) return;
      throw signInThrottled(undefined, { retryAfterSeconds: Math.ceil(waitMs / 1_000) });
    },

    /** The attempt was right: what the owner mistyped before is forgotten, what others guess is not. */
    async succeed(context: ProjectContext, attempt: Attempt): Promise<void> {
      const keys = keysOf(attempt);
      local.succeed(`${context.project.id} ${keys.own}`);
      await Promise.all([
        store.attempts.forget(context, keys.own),
        store.attempts.undo(context, keys.address),
        store.attempts.undo(context, keys.account),
      ]);
    },

    /** Takes one of the allowance. @returns whether there was one left */
    async mayTake(context: ProjectContext, one: Allowance): Promise<boolean> {
      return ((await store.attempts.take(context, one.key, one)) ?? takeLocally(context, one)) === 0;
    },

    /** Takes one of each allowance. @throws limitExceeded when one of them is used up */
    async take(context: ProjectContext, allowances: readonly Allowance[]): Promise<void> {
      for (const one of allowances) {
        const waitMs = (await store.attempts.take(context, one.key, one)) ?? takeLocally(context, one);
        if (waitMs > 0) {
          throw limitExceeded({ limit: one.name, allowed: one.allowed }, { retryAfterSeconds: Math.ceil(waitMs / 1_000) });
        }
      }
    },
  };
}
export type AttemptGuard = ReturnType<typeof createAttemptGuard>;
