import type { ProjectContext } from '@mainstay/kernel';
import type { Redis } from 'ioredis';

/** What a member is stored with. */
export interface PresenceEntry {
  readonly id: string;
  readonly value: string;
}

/**
 * Who is in which channel of a project, in Redis: each entry lasts as long as its lease. Redis lost costs freshness only:
 * every process writes its own members again when it renews their leases.
 */
export class Presence {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(options: { redis: Redis; prefix: string }) {
    this.#redis = options.redis;
    this.#prefix = options.prefix;
  }

  /** Writes entries or renews them. */
  async put(
    context: ProjectContext,
    channel: string,
    { entries, leaseMs }: { entries: readonly PresenceEntry[]; leaseMs: number },
  ): Promise<void> {
    if (entries.length === 0) return;
    const key = this.#key(context, channel);
    const until = Date.now() + leaseMs;
    const fields = Object.fromEntries(entries.map(({ id, value }) => [id, `${until}:${value}`]));
    await this.#attempt(() => this.#redis.multi().hset(key, fields).pexpire(key, leaseMs).exec());
  }

  async remove(context: ProjectContext, channel: string, id: string): Promise<void> {
    await this.#attempt(() => this.#redis.hdel(this.#key(context, channel), id));
  }

  /** The entries whose leases last; null when Redis does not say. */
  async list(context: ProjectContext, channel: string): Promise<readonly PresenceEntry[] | null> {
    const key = this.#key(context, channel);
    const found = await this.#attempt(() => this.#redis.hgetall(key));
    if (found === null) return null;
    const now = Date.now();
    const entries = Object.entries(found).map(([id, text]) => {
      const colon = text.indexOf(':');
      return { id, until: Number(text.slice(0, colon)), value: text.slice(colon + 1) };
    });
    const over = entries.filter(({ until }) => until < now).map(({ id }) => id);
    if (over.length > 0) await this.#attempt(() => this.#redis.hdel(key, ...over));
    return entries.filter(({ until }) => until >= now).map(({ id, value }) => ({ id, value }));
  }

  #key({ project }: ProjectContext, channel: string): string {
    return `${this.#prefix}p:${project.id}:presence:${channel}`;
  }

  async #attempt<T>(command: () => Promise<T>): Promise<T | null> {
    if (this.#redis.status !== 'ready') return null;
    try {
      return await command();
    } catch {
      return null;
    }
  }
}
