import { createRequire } from 'node:module';
import { mkdirSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { persistentSecret, writePrivate } from './data-directory.mjs';
import { freePort, isFree } from './ports.mjs';
import { spawnService } from './spawn-service.mjs';
import { waitUntil } from './wait-until.mjs';
import { root } from './workspace.mjs';

const USER = 'mainstay';
const SET = 'rs0';
const AUTHENTICATION_FAILED = 18;
const ALREADY_INITIALIZED = 23;

/**
 * Starts mongod as the single member of a replica set (change streams and transactions need one) on 127.0.0.1, with a password.
 * The port of the last run is used again when it is free: it is part of the replica set's configuration.
 *
 * @returns {Promise<{ url: string, pid: number, exited: Promise<string>, stop(): Promise<void> }>}
 */
export async function startMongod({ binary, directory, forTests, onStart }) {
  const files = join(directory, 'mongo');
  mkdirSync(files, { recursive: true, mode: 0o700 });
  const password = persistentSecret(directory, 'mongo.password', { bytes: 24 });
  persistentSecret(directory, 'mongo.keyfile', { bytes: 48, encoding: 'base64' });
  const port = await lastPortOrFree(join(directory, 'mongo.port'));
  const service = spawnService(binary, mongodArguments({ directory, files, port, forTests }), { logFile: join(directory, 'mongod.log') });
  onStart(service.pid);
  try {
    await readyReplicaSet({ service, port, password });
  } catch (error) {
    await service.stop();
    throw error;
  }
  const url = `mongodb://${USER}:${password}@127.0.0.1:${port}/?replicaSet=${SET}&authSource=admin`;
  return { url, pid: service.pid, exited: service.exited, stop: () => service.stop() };
}

function mongodArguments({ directory, files, port, forTests }) {
  const single = ['--replSet', SET, '--oplogSize', forTests ? '256' : '1024'];
  const reach = ['--dbpath', files, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'];
  const access = ['--auth', '--keyFile', join(directory, 'mongo.keyfile'), '--noscripting'];
  // Without zlib: CVE-2025-14847 reads the heap of a mongod 6.0.5 through it, before any sign-in.
  const compression = ['--networkMessageCompressors', 'snappy,zstd'];
  const parameters = [
    'diagnosticDataCollectionEnabled=false',
    // A single member has nobody to hand over to; by default it would wait 15 s for that at every stop.
    'shutdownTimeoutMillisForSignaledShutdown=100',
    // Fail points, for the tests that break writes on purpose.
    ...(forTests ? ['enableTestCommands=1'] : []),
  ];
  const memory = ['--wiredTigerCacheSizeGB', '0.5'];
  return [...reach, ...single, ...access, ...compression, ...memory, ...parameters.flatMap((parameter) => ['--setParameter', parameter])];
}

/**
 * A port that another program took is the slow case: mongod asks that program for up to 30 s whether it is itself, before its
 * configuration can be changed.
 */
async function lastPortOrFree(file) {
  const last = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  const port = last > 0 && (await isFree(last, '127.0.0.1')) ? last : await freePort();
  writePrivate(file, String(port));
  return port;
}

async function readyReplicaSet({ service, port, password }) {
  const { MongoClient } = await driver();
  const connect = (auth) =>
    new MongoClient(`mongodb://127.0.0.1:${port}/`, {
      directConnection: true,
      serverSelectionTimeoutMS: 2000,
      ...(auth ? { auth: { username: USER, password }, authSource: 'admin' } : {}),
    });
  const client = connect(false);
  try {
    await waitUntil('Starting mongod', () => isPrimary({ client, connect, service, host: `127.0.0.1:${port}` }), { seconds: 120 });
    await ensureUser({ client, connect, password });
  } finally {
    await client.close();
  }
}

async function isPrimary({ client, connect, service, host }) {
  if (service.hasExited())
    throw Object.assign(new Error(`mongod stopped (${await service.exited}):\n${service.logTail()}`), { fatal: true });
  const hello = await client.db('admin').command({ hello: 1 });
  // Without a set name it has not read its configuration yet, has none, or has one that names a member on another port.
  if (!hello.setName) await configure({ client, connect, host });
  return hello.isWritablePrimary;
}

/** Initiates the replica set; or moves its member to `host` when the port of the last run was taken by somebody else. */
async function configure({ client, connect, host }) {
  const known = connect(true);
  try {
    const last = await known.db('local').collection('system.replset').findOne({});
    if (last && last.members[0].host !== host) {
      const members = [{ ...last.members[0], host }];
      await known.db('admin').command({ replSetReconfig: { ...last, version: last.version + 1, members }, force: true });
    }
  } catch (error) {
    if (error.code !== AUTHENTICATION_FAILED) throw error;
    // No user yet, so this is the first run, or the first was killed before its end.
    await client
      .db('admin')
      .command({ replSetInitiate: { _id: SET, members: [{ _id: 0, host }] } })
      .catch(unlessInitiated);
  } finally {
    await known.close();
  }
}

function unlessInitiated(error) {
  if (error.code !== ALREADY_INITIALIZED) throw error;
}

/** Makes the only user, through the localhost exception, which ends with it. A run that was killed before this point is made good here. */
async function ensureUser({ client, connect, password }) {
  const known = connect(true);
  try {
    await known.db('admin').command({ ping: 1 });
  } catch (error) {
    if (error.code !== AUTHENTICATION_FAILED) throw error;
    await client.db('admin').command({ createUser: USER, pwd: password, roles: ['root'] });
  } finally {
    await known.close();
  }
}

/** The driver belongs to packages/store, so it is resolved from there; npm may not have put it into the root's node_modules. */
async function driver() {
  const require = createRequire(join(root, 'packages', 'store', 'package.json'));
  const module = await import(pathToFileURL(require.resolve('mongodb')).href);
  return module.default ?? module;
}
