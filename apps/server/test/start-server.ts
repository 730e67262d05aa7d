import { createId } from '@mainstay/kernel';
import { createTestFrame, testServices } from '@mainstay/testing';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** Where the started server is. */
export interface ReadyLine {
  readonly origin: string;
  readonly api: string;
  readonly project: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly mqtt: string;
  readonly dashboard: string;
  readonly demoUser: { readonly email: string; readonly password: string };
  readonly device: { readonly id: string; readonly token: string };
}

/** The program in a process of its own, on free ports, with databases of its own. */
export interface StartedServer {
  readonly ready: ReadyLine;
  readonly process: ChildProcess;
  log: StartedProcess['log'];
  /** In front of its database names. */
  readonly prefix: string;
  /** Where its file bytes lie. */
  readonly directory: string;
  /** Starts another process on the same stores, e.g. with another role. */
  again(environment: Record<string, string>): Promise<StartedProcess>;
  stop(): Promise<void>;
}

/** One process of the program. */
export interface StartedProcess {
  readonly ready: ReadyLine;
  readonly process: ChildProcess;
  /** What it has logged so far. */
  log(): readonly { level: string; msg: string }[];
  end(): Promise<void>;
}

/** The stores of one test, which end with it. */
export interface Stores {
  readonly mongoUrl: string;
  readonly redisUrl: string;
}

const MAIN = resolve('apps/server/src/main.ts');

/** Starts the program from source, as `npm run dev` does, and waits for its ready line. */
export async function startServer(environment: Record<string, string>, stores?: Stores): Promise<StartedServer> {
  const prefix = `s${createId()}_`.slice(0, 22);
  const directory = await mkdtemp(join(tmpdir(), 'mainstay-server-'));
  const { mongoUrl, redisUrl } = stores ?? testServices();
  const shared = {
    MAINSTAY_MONGO_URL: mongoUrl,
    MAINSTAY_REDIS_URL: redisUrl,
    MAINSTAY_STORE_DATABASE_PREFIX: prefix,
    MAINSTAY_DATA: directory,
    MAINSTAY_MASTER_KEY: randomBytes(32).toString('base64'),
    MAINSTAY_PORT: '0',
    MAINSTAY_MQTT_PORT: '0',
    MAINSTAY_READY: 'json',
    MAINSTAY_LOG_LEVEL: 'warn',
  };
  const running: StartedProcess[] = [];
  const start = async (extra: Record<string, string>): Promise<StartedProcess> => {
    const started = await startProcess({ ...shared, ...extra });
    running.push(started);
    return started;
  };
  const first = await start(environment);
  return {
    ready: first.ready,
    process: first.process,
    log: first.log,
    prefix,
    directory,
    again: start,
    async stop() {
      await Promise.all(running.map((started) => started.end()));
      if (stores === undefined) await dropDatabases(prefix);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function dropDatabases(prefix: string): Promise<void> {
  const stores = await createTestFrame({ prefix });
  await stores.frame.jobs.asPart().stop?.();
  await stores.frame.store.asPart().stop?.();
  await stores.destroy();
}

async function startProcess(environment: Record<string, string>): Promise<StartedProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=mainstay-source', MAIN], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-200_000);
  });
  const exited = new Promise<number | null>((done) => child.once('exit', done));
  const ready = await new Promise<ReadyLine>((done, fail) => {
    createInterface({ input: child.stdout }).once('line', (line) => done(JSON.parse(line) as ReadyLine));
    void exited.then((code) => fail(new Error(`the server ended with ${code} before it was ready:\n${errors.slice(-4_000)}`)));
  });
  return {
    ready,
    process: child,
    log: () => linesOf(errors),
    async end() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function linesOf(text: string): { level: string; msg: string }[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as { level: string; msg: string }];
    } catch {
      return [];
    }
  });
}
