import { until } from '@mainstay/testing';
import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { imageEnvironment, readContainerFiles, wordsOf } from './container-files.ts';

const run = promisify(execFile);
const { instructions, services } = readContainerFiles();
const MEMBERS = ['mongo-1', 'mongo-2', 'mongo-3'];

/** A container as a plain process of this machine. */
export interface ContainerProcess {
  readonly process: ChildProcess;
  readonly ports: { readonly http: number; readonly admin: number; readonly mqtt: number };
  readonly output: () => string;
  /** Runs the command of the image's HEALTHCHECK: whether it ended with 0. */
  isHealthy(): Promise<boolean>;
  /** Sends SIGTERM; the answer is the exit code. */
  end(): Promise<number | null>;
}

/** The compose file's servers, with ports of this machine. */
export interface Composition {
  start(service: string, more?: Record<string, string>): Promise<ContainerProcess>;
  /** Runs the command of mongo-init once; it fails when the command does. */
  initialize(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the three members and Redis with the commands of compose.yaml, and makes the replica set with its own program. */
export async function startComposition(): Promise<Composition> {
  await run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-b']);
  const directory = await mkdtemp(join(tmpdir(), 'mainstay-compose-'));
  const children: ChildProcess[] = [];
  const secret = () => randomBytes(16).toString('hex');
  const given = {
    MONGO_ROOT_PASSWORD: secret(),
    REDIS_PASSWORD: secret(),
    MAINSTAY_MASTER_KEY: randomBytes(32).toString('base64'),
  };
  const fill = (text: string) => text.replaceAll(/\$\{(\w+):\?\}/g, (_, name: string) => given[name as keyof typeof given]);
  const keyFile = join(directory, 'mongo.key');
  await writeFile(keyFile, randomBytes(96).toString('base64'), { mode: 0o400 });
  const ports = new Map<string, number>();
  for (const name of [...MEMBERS, 'redis']) ports.set(name, await freePort());
  const addressOf = (name: string) => `127.0.0.1:${ports.get(name)}`;

  async function startStore(name: string, binary: string): Promise<void> {
    const [, ...words] = services[name]?.command ?? [];
    const files = join(directory, name);
    await mkdir(files);
    const own =
      name === 'redis' ? ['--dir', files, '--bind', '127.0.0.1'] : ['--dbpath', files, '--bind_ip', '127.0.0.1', '--nounixsocket'];
    const mapped = words.map((word) => fill(word.replace('/run/secrets/mongo-key', keyFile))).filter((word) => word !== '--bind_ip_all');
    children.push(spawn(binary, [...mapped, ...own, '--port', String(ports.get(name))], { stdio: 'ignore' }));
  }

  const mongod = await find('findMongod');
  for (const name of MEMBERS) await startStore(name, mongod);
  await startStore('redis', await find('findRedis'));

  const composition: Composition = {
    async initialize() {
      const [, ...words] = services['mongo-init']?.command ?? [];
      const env = {
        PATH: process.env['PATH'],
        MONGO_MEMBERS: MEMBERS.map(addressOf).join(','),
        MONGO_ROOT_PASSWORD: given.MONGO_ROOT_PASSWORD,
      };
      await run(process.execPath, words, { env });
    },
    async start(service, more = {}) {
      const own = { http: await freePort(), admin: await freePort(), mqtt: await freePort() };
      const fromCompose = Object.entries(services[service]?.environment ?? {}).map(([name, value]) => [
        name,
        fill(value)
          .replace(MEMBERS.join(','), MEMBERS.map(addressOf).join(','))
          .replace('@redis:6379', `@${addressOf('redis')}`),
      ]);
      const env = {
        PATH: process.env['PATH'],
        ...imageEnvironment(instructions),
        ...(Object.fromEntries(fromCompose) as Record<string, string>),
        MAINSTAY_HOST: '127.0.0.1',
        MAINSTAY_ADMIN_HOST: '127.0.0.1',
        MAINSTAY_MQTT_HOST: '127.0.0.1',
        MAINSTAY_PORT: `${own.http}`,
        MAINSTAY_ADMIN_PORT: `${own.admin}`,
        MAINSTAY_MQTT_PORT: `${own.mqtt}`,
        MAINSTAY_DATA: join(directory, 'files'),
        MAINSTAY_DASHBOARD_DIR: '',
        ...more,
      };
      const [, ...words] = wordsOf(instructions.find(({ name }) => name === 'CMD'));
      const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
      children.push(child);
      return watch(child, own);
    },
    async stop() {
      await Promise.all(children.map((child) => ended(child, 'SIGKILL')));
      await rm(directory, { recursive: true, force: true });
    },
  };
  try {
    await until('mongo-init has done its work', () => composition.initialize().then(() => true, () => false), 60_000); // prettier-ignore
    return composition;
  } catch (error) {
    await composition.stop();
    throw error;
  }
}

function watch(child: ChildProcess, ports: ContainerProcess['ports']): ContainerProcess {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [, ...check] = wordsOf(instructions.find(({ name }) => name === 'HEALTHCHECK'));
  const words = check.map((word) => word.replace('4001', String(ports.admin)));
  return {
    process: child,
    ports,
    output: () => output,
    isHealthy: () => run(process.execPath, words).then(() => true, () => false), // prettier-ignore
    end: () => ended(child, 'SIGTERM'),
  };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = new Promise<number | null>((done) => child.once('exit', done));
  child.kill(signal);
  return exited;
}

/** The launcher's own search for the server's binary. */
async function find(name: 'findMongod' | 'findRedis'): Promise<string> {
  const program = `import { ${name} } from './scripts/find-binaries.mjs'; process.stdout.write('\\n' + (await ${name}()));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program]);
  return stdout.trim().split('\n').at(-1) ?? '';
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer().once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address !== null ? done(address.port) : fail(new Error('no port'))));
    });
  });
}
