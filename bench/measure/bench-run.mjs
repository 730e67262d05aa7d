import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findMongod, findRedis } from '../../scripts/find-binaries.mjs';
import { freePort } from '../../scripts/ports.mjs';
import { signalGroup } from '../../scripts/processes.mjs';
import { spawnService } from '../../scripts/spawn-service.mjs';
import { startMongod } from '../../scripts/start-mongod.mjs';
import { startRedis } from '../../scripts/start-redis.mjs';
import { waitUntil } from '../../scripts/wait-until.mjs';

/** The directory of this package. */
export const bench = dirname(dirname(fileURLToPath(import.meta.url)));
/** Where the peers' installs lie; git does not keep it. */
export const work = join(bench, '.work');

export const say = (line) => process.stderr.write(`${line}\n`);

/**
 * One run of a benchmark: a throw-away directory, and everything that was started for it. `stop()` ends it all, newest first, and is
 * called on Ctrl-C as well.
 */
export function createRun() {
  const directory = mkdtempSync(join(tmpdir(), 'mainstay-bench-'));
  const stops = [];
  let stopping = null;
  const run = {
    directory,
    /** A directory of the run for one server. */
    directoryFor(name) {
      const path = join(directory, name);
      mkdirSync(path, { recursive: true, mode: 0o700 });
      return path;
    },
    onStop: (stop) => stops.push(stop),
    isStopping: () => stopping !== null,
    stop: () => (stopping ??= stopAll(stops, directory)),
    startServer: (options) => startServer(run, options),
    startMongo: (name) => startStore(run, { name, find: findMongod, binary: process.env.MAINSTAY_MONGOD, start: startMongod }),
    startRedis: (name) => startStore(run, { name, find: findRedis, binary: process.env.MAINSTAY_REDIS_SERVER, start: startRedis }),
    freePort,
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      say(`\n${signal}: stopping everything …`);
      void run.stop().finally(() => process.exit(130));
    });
  }
  return run;
}

/** Runs a benchmark from its beginning to its end, whatever happens between: what it started is stopped. */
export async function runBench(main) {
  const run = createRun();
  try {
    await main(run);
  } catch (error) {
    // What was cut off by Ctrl-C is no failure.
    if (!run.isStopping()) say(error.stack);
    process.exitCode = 1;
  } finally {
    await run.stop();
  }
}

/**
 * Starts a program that serves, as the leader of a process group, and waits until `ready(service)` answers something true.
 *
 * @returns {Promise<{ pid: number, logFile: string, answer: unknown, stop(): Promise<void> }>}
 */
async function startServer(run, { name, command, args, env = {}, cwd, ready, seconds = 60 }) {
  const logFile = join(run.directoryFor(name), 'server.log');
  const service = spawnService(command, args, { logFile, cwd, env: { ...process.env, NODE_ENV: 'production', ...env }, graceSeconds: 8 });
  run.onStop(async () => {
    await service.stop();
    // What it started itself and left behind.
    signalGroup(service.pid, 'SIGKILL');
  });
  const failed = (why) => Object.assign(new Error(`${name} ${why}:\n${service.logTail()}`), { fatal: true });
  const check = async () => {
    if (service.hasExited()) throw failed(`stopped (${await service.exited})`);
    return ready({ logFile, logTail: service.logTail });
  };
  const answer = await waitUntil(`Starting ${name}`, check, { seconds, everyMs: 50 }).catch((error) => {
    throw error.fatal ? error : failed(`did not get ready (${error.message})`);
  });
  return { pid: service.pid, logFile, answer, stop: service.stop };
}

/** The same flags and the same password protection as the stores that `npm start` brings. */
async function startStore(run, { name, find, binary, start }) {
  const directory = run.directoryFor(name);
  const store = await start({ binary: binary ?? (await find()), directory, forTests: false, onStart: () => {}, log: say });
  run.onStop(() => store.stop());
  return { url: store.url, pid: store.pid };
}

async function stopAll(stops, directory) {
  for (const stop of stops.reverse()) {
    try {
      await stop();
    } catch (error) {
      say(`While stopping: ${error.message}`);
    }
  }
  rmSync(directory, { recursive: true, force: true });
}
