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

/** Opens a Redis connection that heals by itself. Its errors are logged when its state changes, not once per attempt. */
export function connectRedis(url: string, profile: RedisProfile, log: Logger): Redis {
  const redis = new Redis(url, optionsOf(profile));
  let isDown = false;
  redis.on('error', (error: Error) => {
    if (isDown) return;
    isDown = true;
    log.warn({ err: error, profile }, 'Redis is away; freshness suffers, data does not');
  });
  redis.on('ready', () => {
    if (isDown) log.info({ profile }, 'Redis is back');
    isDown = false;
  });
  void redis.connect().catch(() => undefined);
  return redis;
}
