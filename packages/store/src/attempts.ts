import type { ProjectContext } from '@mainstay/kernel';
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** How failed attempts slow down the next ones: some are free, then each doubles the wait. */
export interface AttemptPace {
  readonly free: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** Without further attempts everything is forgotten after this time. */
  readonly forgetMs: number;
}

/** Looks whether the key has to wait; if not, counts an attempt and sets the next wait. Answers the milliseconds to wait. */
const BEGIN = `
local now, free, first, max, forget = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local blocked = tonumber(redis.call('HGET', KEYS[1], 'b') or '0')
if blocked > now then return blocked - now end
local count = redis.call('HINCRBY', KEYS[1], 'c', 1)
local delay = 0
if count > free then delay = math.min(max, first * 2 ^ math.min(40, count - free - 1)) end
redis.call('HSET', KEYS[1], 'b', string.format('%.0f', now + delay))
redis.call('PEXPIRE', KEYS[1], forget)
return 0`;

/** An attempt that was right after all is not counted, and nobody waits for it. */
const UNDO = `
if redis.call('EXISTS', KEYS[1]) == 1 and redis.call('HINCRBY', KEYS[1], 'c', -1) < 0 then redis.call('DEL', KEYS[1]) end
redis.call('HDEL', KEYS[1], 'b')
return 0`;

/** Counts in a window that begins with its first take. Answers the milliseconds until it ends where there were too many. */
const TAKE = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if count > tonumber(ARGV[1]) then return math.max(1, redis.call('PTTL', KEYS[1])) end
return 0`;

/**
 * Attempts that all processes count together, in Redis. Every answer is null while Redis is away: the caller then counts by itself.
 * Keys are stored hashed, below the project, and go by themselves.
 */
export class Attempts {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Begins an attempt, which counts as failed until it is undone or forgotten. @returns the milliseconds to wait; 0 is go */
  begin(context: ProjectContext, key: string, { nowMs, ...pace }: AttemptPace & { nowMs: number }): Promise<number | null> {
    return this.#run(BEGIN, this.#keyOf(context, `a:${key}`), [nowMs, pace.free, pace.firstDelayMs, pace.maxDelayMs, pace.forgetMs]);
  }

  /** The attempt that has just begun was right. */
  async undo(context: ProjectContext, key: string): Promise<void> {
    await this.#run(UNDO, this.#keyOf(context, `a:${key}`), []);
  }

  /** All attempts of the key are forgotten. */
  async forget(context: ProjectContext, key: string): Promise<void> {
    if (this.#redis.status !== 'ready') return;
    await this.#redis.del(this.#keyOf(context, `a:${key}`)).catch(() => 0);
  }

  /** Takes one of `allowed` in a window. @returns the milliseconds until the next window where none is left; 0 otherwise */
  take(context: ProjectContext, key: string, { allowed, windowMs }: { allowed: number; windowMs: number }): Promise<number | null> {
    return this.#run(TAKE, this.#keyOf(context, `w:${key}`), [allowed, windowMs]);
  }

  #keyOf(context: ProjectContext, key: string): string {
    return `${this.#prefix}attempts:${context.project.id}:${createHash('sha256').update(key).digest('base64url')}`;
  }

  async #run(script: string, key: string, values: readonly number[]): Promise<number | null> {
    if (this.#redis.status !== 'ready') return null;
    try {
      return Number(await this.#redis.eval(script, 1, key, ...values));
    } catch {
      return null;
    }
  }
}
