import { findMongod, findRedis } from './find-binaries.mjs';
import { startMongod } from './start-mongod.mjs';
import { startRedis } from './start-redis.mjs';

const MONGOD = { name: 'mongod', find: findMongod, run: startMongod };
const REDIS = { name: 'redis-server', find: findRedis, run: startRedis };

/**
 * Starts the stores that the environment (`MAINSTAY_MONGO_URL`, `MAINSTAY_REDIS_URL`) does not name, on a data directory that
 * `takeDataDirectory` gave. `stop()` ends Redis, then mongod, and only those that were started here.
 *
 * `forTests` gives tests all rights on both. `log` says what is done.
 *
 * @returns {Promise<{ mongoUrl: string, redisUrl: string, pids: Record<string, number>, died: Promise<string>, stop(): Promise<void> }>}
 *   `died` settles when one of them ends by itself
 */
export async function startServices({ data, log, forTests = false }) {
  const { MAINSTAY_MONGO_URL: mongoUrl, MAINSTAY_REDIS_URL: redisUrl } = process.env;
  const common = { directory: data.path, forTests, log };
  const starts = [
    mongoUrl ? null : start(MONGOD, { ...common, onStart: (pid) => data.add(MONGOD.name, pid) }),
    redisUrl ? null : start(REDIS, { ...common, onStart: (pid) => data.add(REDIS.name, pid) }),
  ];
  const [mongo, redis] = await allOrNone(starts);
  return {
    mongoUrl: mongo?.url ?? mongoUrl,
    redisUrl: redis?.url ?? redisUrl,
    pids: { ...(mongo && { mongod: mongo.pid }), ...(redis && { 'redis-server': redis.pid }) },
    died: Promise.race([mongo, redis].filter(Boolean).map(async ({ name, exited }) => `${name} stopped (${await exited})`)),
    async stop() {
      await redis?.stop();
      await mongo?.stop();
    },
  };
}

async function start({ name, find, run }, options) {
  const binary = await find();
  return { name, ...(await run({ binary, ...options })) };
}

/** Both, or neither: when one cannot start, the other is stopped before the error goes on. */
async function allOrNone(starts) {
  const results = await Promise.allSettled(starts);
  const failed = results.find(({ status }) => status === 'rejected');
  if (!failed) return results.map(({ value }) => value);
  await Promise.all(results.map(({ value }) => value?.stop()));
  throw failed.reason;
}
