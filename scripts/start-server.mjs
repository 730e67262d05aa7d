import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endProcess, identify, signalGroup } from './processes.mjs';
import { root, say } from './workspace.mjs';

const GRACE_SECONDS = 10;
const TAIL_LINES = 30;

const PRODUCTION = ['--enable-source-maps', join('apps', 'server', 'dist', 'src', 'main.js')];
const DEVELOPMENT = [
  '--import',
  'tsx',
  '--conditions=mainstay-source',
  '--watch',
  '--watch-preserve-output',
  join('apps', 'server', 'src', 'main.ts'),
];

/**
 * Starts the server as one child. Its output goes to `server.log` of the data directory; what it says on stderr is shown as well, and in
 * development everything is. It is ready when it prints a line of JSON with `"ready": true` on stdout.
 *
 * @returns {{ pid: number, ready: Promise<object>, exited: Promise<string>, stop(): Promise<void> }} `ready` rejects when it ends before
 */
export function startServer({ dev, env, directory }) {
  // A process group of its own: Ctrl-C reaches the launcher alone, which stops server and stores in order.
  const child = spawn(process.execPath, dev ? DEVELOPMENT : PRODUCTION, {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const known = child.pid === undefined ? null : identify(child.pid);
  const log = createWriteStream(join(directory, 'server.log'), { flags: 'a', mode: 0o600 });
  const tail = [];
  const keep = (line) => {
    log.write(`${line}\n`);
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
  };
  const exited = new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
  });
  let isReady = false;
  const ready = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = readyMessage(line);
      if (!message) keep(line);
      else resolve(message);
      if (message && isReady) say('Reloaded.');
      isReady ||= message !== null;
      if (dev && !message) say(line);
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      keep(line);
      if (dev || isReady) say(line);
    });
    void exited.then((reason) => reject(new Error(`The server did not start (${reason}):\n${tail.join('\n')}`)));
  });
  return { pid: child.pid, ready, exited, stop: () => stop(known, exited) };
}

async function stop(known, exited) {
  if (!known) return;
  await Promise.race([endProcess(known, GRACE_SECONDS), exited]);
  // In development node --watch is the child and the server its child.
  signalGroup(known.pid, 'SIGKILL');
}

function readyMessage(line) {
  if (!line.startsWith('{"ready":true')) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
