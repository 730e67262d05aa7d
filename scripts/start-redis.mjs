import { mkdirSync, renameSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { persistentSecret, writePrivate } from './data-directory.mjs';
import { freePort } from './ports.mjs';
import { spawnService } from './spawn-service.mjs';
import { waitUntil } from './wait-until.mjs';

/** What a server on Redis needs, and nothing that reconfigures, empties or debugs it (specs: CVE-2025-49844 and its kin). */
const SERVER_RIGHTS =
  '~* &* +@all -acl -bgrewriteaof -bgsave -cluster -config -debug -failover -flushall -flushdb -migrate -module -monitor -psync' +
  ' -replicaof -save -script +script|load +script|exists -shutdown -slaveof -swapdb -sync';

/**
 * Starts redis-server on a free port of 127.0.0.1, with a password, every write in a file within a second, and no eviction.
 * The server gets a user without administration; tests (`forTests`) get all rights, because they flush, freeze and reconfigure it on purpose.
 *
 * @returns {Promise<{ url: string, pid: number, exited: Promise<string>, stop(): Promise<void> }>}
 */
export async function startRedis({ binary, directory, forTests, onStart, log }) {
  const password = persistentSecret(directory, 'redis.password', { bytes: 24 });
  const run = { binary, directory, password, onStart };
  const service = await startOn(run).catch(async (error) => {
    if (!error.unreadable) throw error;
    // Redis holds tickets and caches that are rebuilt, so a file that this redis cannot read costs freshness, not data.
    const aside = join(directory, `redis.unreadable-${Date.now()}`);
    log(`Redis cannot read its files; starting with empty ones. The old ones are in ${aside}.`);
    renameSync(join(directory, 'redis'), aside);
    return startOn(run);
  });
  const user = forTests ? '' : 'mainstay';
  return {
    url: `redis://${user}:${password}@127.0.0.1:${service.port}`,
    pid: service.pid,
    exited: service.exited,
    stop: () => service.stop(),
  };
}

async function startOn({ binary, directory, password, onStart }) {
  const files = join(directory, 'redis');
  mkdirSync(files, { recursive: true, mode: 0o700 });
  const port = await freePort();
  const configuration = join(directory, 'redis.conf');
  // In a file and not on the command line, where every user of the machine could read the password.
  writePrivate(configuration, redisConfiguration({ files, port, password }));
  const service = spawnService(binary, [configuration], { logFile: join(directory, 'redis.log') });
  onStart(service.pid);
  try {
    await waitUntil('Starting redis-server', () => answersPing({ service, port, password }), { seconds: 60 });
  } catch (error) {
    await service.stop();
    throw error;
  }
  return { ...service, port };
}

function redisConfiguration({ files, port, password }) {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `user mainstay on >${password} ${SERVER_RIGHTS}`,
    `dir "${files}"`,
    'daemonize no',
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    '',
  ].join('\n');
}

async function answersPing({ service, port, password }) {
  if (service.hasExited()) {
    const tail = service.logTail();
    const unreadable = /Bad file format|Can't handle RDB|reading the append only|truncated|append only file manifest|checksum/i.test(tail);
    throw Object.assign(new Error(`redis-server stopped (${await service.exited}):\n${tail}`), { fatal: true, unreadable });
  }
  // LOADING is an error answer, so only +PONG counts as ready.
  return (await ask(port, `AUTH ${password}\r\nPING\r\n`)).includes('+PONG');
}

function ask(port, request) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(request));
    let answer = '';
    socket.setTimeout(2000, () => socket.destroy(new Error('no answer')));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      answer += chunk;
      if (/\+PONG|-\w/.test(answer)) socket.end();
    });
    socket.on('close', () => resolve(answer));
  });
}
