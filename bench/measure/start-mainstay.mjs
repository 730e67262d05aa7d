import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/workspace.mjs';

/**
 * Requests per second and connections. The project's defaults protect a shared machine from one tenant; here it would be what is
 * measured, so they are lifted for the run, and only they.
 */
const LIMITS = {
  MAINSTAY_PLATFORM_REQUESTS_PER_SECOND: '1000000',
  MAINSTAY_PLATFORM_CONNECTIONS: '30000',
  MAINSTAY_HTTP_MAX_CONNECTIONS: '30000',
};

/**
 * Starts the built server with a mongod and a Redis of its own, or with those of an earlier start.
 *
 * @returns {Promise<{ stop(): Promise<void>, stores: object, processes: Record<string, number>, ready: { origin: string, api: string, project: string, publishableKey: string, secretKey: string, mqtt: string } }>}
 * @throws when the server has not been built
 */
export async function startMainstay(run, earlier) {
  const program = join(root, 'apps', 'server', 'dist', 'src', 'main.js');
  if (!existsSync(program)) throw new Error('Mainstay has not been built: run `npm run build` in the repository first.');
  const stores = earlier ?? (await startStores(run));
  const { mongo, redis, masterKey } = stores;
  const [port, mqttPort, adminPort] = [await run.freePort(), await run.freePort(), await run.freePort()];
  const server = await run.startServer({
    name: 'ours',
    command: process.execPath,
    args: ['--enable-source-maps', program],
    env: {
      MAINSTAY_MONGO_URL: mongo.url,
      MAINSTAY_REDIS_URL: redis.url,
      MAINSTAY_PORT: String(port),
      MAINSTAY_MQTT_PORT: String(mqttPort),
      MAINSTAY_ADMIN_PORT: String(adminPort),
      MAINSTAY_DATA: run.directoryFor('ours-data'),
      MAINSTAY_MASTER_KEY: masterKey,
      MAINSTAY_ROLES: 'api,broker,worker',
      MAINSTAY_SEED: 'true',
      MAINSTAY_READY: 'json',
      ...LIMITS,
    },
    ready: ({ logFile }) => readyLine(logFile, port),
    seconds: 120,
  });
  return { stop: server.stop, stores, processes: { server: server.pid, mongod: mongo.pid, redis: redis.pid }, ready: server.answer };
}

async function startStores(run) {
  const [mongo, redis] = await Promise.all([run.startMongo('ours-mongo'), run.startRedis('ours-redis')]);
  return { mongo, redis, masterKey: randomBytes(32).toString('base64') };
}

/** The line of this start: an earlier one wrote into the same file. */
function readyLine(logFile, port) {
  const line = readFileSync(logFile, 'utf8')
    .split('\n')
    .findLast((text) => text.startsWith('{"ready":true') && text.includes(`:${port}"`));
  return line ? JSON.parse(line) : null;
}
