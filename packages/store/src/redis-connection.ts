import type { Logger } from '@mainstay/kernel';
import { Redis } from 'ioredis';

const COMMAND_TIMEOUT_MS = 1_000;
const RECONNECT_MAX_MS = 1_000;

/** What a connection is for: `fast` fails at once while Redis is away; `subscriber` and `worker` wait for it to come back. */
export type RedisProfile = 'fast' | 'subscriber' | 'worker';

function optionsOf(profile: RedisProfile) {
  const shared = {
    lazyConnect: true,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt: number) => Math.min(attempt * 100, RECONNECT_MAX_MS),
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  };
  if (profile === 'fast') return { ...shared, enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: COMMAND_TIMEOUT_MS };
  return { ...shared, enableOfflineQueue: true, maxRetriesPerRequest: null };
}

/** Says once per process that Redis went away and once that it is back, however many connections notice. */
export interface OutageLog {
  down(connection: Redis, error: Error): void;
  up(connection: Redis): void;
}

/** The outage log of one process. */
export function createOutageLog(log: Logger): OutageLog {
  const away = new Set<Redis>();
  return {
    down(connection, error) {
      if (away.size === 0) log.warn({ err: error }, 'Redis is away; freshness suffers, data does not');
      away.add(connection);
    },
    up(connection) {
      if (away.delete(connection) && away.size === 0) log.info('Redis is back');
    },
  };
}

/** Opens a Redis connection that heals by itself. */
export function connectRedis(url: string, profile: RedisProfile, outage: OutageLog): Redis {
  const redis = new Redis(url, optionsOf(profile));
  redis.on('error', (error: Error) => outage.down(redis, error));
  redis.on('ready', () => outage.up(redis));
  redis.on('end', () => outage.up(redis));
  void redis.connect().catch(() => undefined);
  return redis;
}
