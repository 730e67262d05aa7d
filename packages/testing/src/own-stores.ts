import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { OwnProcess } from './own-process.ts';
import { freePort, ownProcess } from './own-process.ts';

const run = promisify(execFile);

/** A store of one test. */
export interface OwnStore extends Pick<OwnProcess, 'pause' | 'resume' | 'kill'> {
  readonly url: string;
  /** Starts it again after a kill, on the data that it had. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

/** A replica set of one test. The first member is its primary whenever that can be. */
export interface OwnMongo extends OwnStore {
  readonly members: readonly OwnProcess[];
}

/** The path of a server that the launcher found. @throws Error when the tests were started without `npm test` */
export function binaryOf(variable: 'MAINSTAY_MONGOD' | 'MAINSTAY_REDIS_SERVER'): string {
  const path = process.env[variable];
  if (path === undefined) throw new Error(`${variable} is not set: run the tests with \`npm test\``);
  return path;
}

/**
 * A replica set of this many members, with access control, made as docker/compose.yaml makes it: `extraArguments` are put behind those
 * that say where it lies and listens.
 */
export async function startOwnMongo(
  options: { members?: number; electionTimeoutMs?: number; extraArguments?: readonly string[] } = {},
): Promise<OwnMongo> {
  const directory = await mkdtemp(join(tmpdir(), 'mainstay-mongo-'));
  const keyFile = join(directory, 'key');
  await writeFile(keyFile, randomBytes(48).toString('base64'), { mode: 0o400 });
  const ports = await Promise.all(Array.from({ length: options.members ?? 1 }, freePort));
  const processes = await Promise.all(ports.map((port) => member({ directory, keyFile, port, extra: options.extraArguments ?? [] })));
  const password = randomBytes(12).toString('hex');
  const hosts = ports.map((port) => `127.0.0.1:${port}`).join(',');
  await Promise.all(processes.map((one) => one.start()));
  await run(process.execPath, [resolve('docker/mongo-init.mjs')], {
    env: {
      ...process.env,
      MONGO_MEMBERS: hosts,
      MONGO_ROOT_PASSWORD: password,
      ...(options.electionTimeoutMs === undefined ? {} : { MONGO_ELECTION_TIMEOUT_MS: String(options.electionTimeoutMs) }),
    },
  });
  return {
    members: processes,
    url: `mongodb://root:${password}@${hosts}/?replicaSet=rs0&authSource=admin`,
    pause: async () => void (await Promise.all(processes.map((one) => one.pause()))),
    resume: async () => void (await Promise.all(processes.map((one) => one.resume()))),
    kill: async () => void (await Promise.all(processes.map((one) => one.kill()))),
    restart: async () => void (await Promise.all(processes.map((one) => one.start()))),
    async end() {
      await Promise.all(processes.map((one) => one.kill()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function member(at: { directory: string; keyFile: string; port: number; extra: readonly string[] }): Promise<OwnProcess> {
  const files = join(at.directory, String(at.port));
  await mkdir(files);
  const where = ['--dbpath', files, '--port', String(at.port), '--bind_ip', '127.0.0.1', '--nounixsocket'];
  const shape = ['--replSet', 'rs0', '--keyFile', at.keyFile, '--oplogSize', '64', '--wiredTigerCacheSizeGB', '0.25'];
  return ownProcess(binaryOf('MAINSTAY_MONGOD'), [...where, ...shape, ...at.extra], at.port);
}

/** A Redis with a password; `extraArguments` are put behind those that say where it lies and listens. */
export async function startOwnRedis(options: { extraArguments?: readonly string[] } = {}): Promise<OwnStore> {
  const directory = await mkdtemp(join(tmpdir(), 'mainstay-redis-'));
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--requirepass', password];
  const redis = ownProcess(binaryOf('MAINSTAY_REDIS_SERVER'), [...where, ...(options.extraArguments ?? ['--save', ''])], port);
  await redis.start();
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    pause: () => redis.pause(),
    resume: () => redis.resume(),
    kill: () => redis.kill(),
    restart: () => redis.start(),
    async end() {
      await redis.kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
