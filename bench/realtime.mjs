// Live documents: how late changes arrive, and what they cost the server. `node realtime.mjs [--seconds 10] [--idle 5000] [--json FILE]`.
// Ours alone: the peers' numbers were taken with the same shapes, see README.md.
import { io } from 'socket.io-client';
import { writeFileSync } from 'node:fs';
import { runBench, say } from './measure/bench-run.mjs';
import { coresBetween, cpuClock, residentMegabytes } from './measure/cpu.mjs';
import { readOptions } from './measure/read-options.mjs';
import { startMainstay } from './measure/start-mainstay.mjs';

const WRITES_PER_SECOND = 50;
const DIAL_AT_ONCE = 50;
const SYNCED = 10_000;

const options = readOptions({ seconds: 10, idle: 5_000, owners: [1_000, 10_000], json: '' }, {});
const rounded = (number) => Math.round(number * 100) / 100;
await runBench(main);

async function main(run) {
  const server = await startMainstay(run);
  await call(server, 'PUT', '/schema/live', { fields: { at: { type: 'number' }, owner: { type: 'integer' } }, rules: {} });
  await call(server, 'PUT', '/schema/copied', { fields: { n: { type: 'integer' } } });
  const results = {
    'same collection, 200 subscribers': await deliver(server, { count: 200, where: () => undefined }),
  };
  for (const count of options.owners.map(Number))
    results[`own owner each, ${count} subscribers`] = await deliver(server, { count, where: (n) => ({ owner: n }) });
  results[`idle connections, ${options.idle}`] = await idle(server);
  results[`copy of ${SYNCED} changed documents`] = await copy(server);
  say(JSON.stringify(results, null, 2));
  if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
}

async function deliver(server, { count, where }) {
  const lateness = [];
  const sockets = await dial(server, count, async (socket, n) => {
    socket.on('change', ({ document }) => lateness.push(performance.now() - document.at));
    const { problem } = await socket.emitWithAck('subscribe', { collection: 'live', where: where(n), limit: 0 });
    if (problem) throw new Error(problem.detail);
  });
  await write(server, { seconds: 3, count });
  lateness.length = 0;
  const before = cpuClock();
  await write(server, { seconds: options.seconds, count });
  const cores = coresBetween(before, cpuClock(), server.processes);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  for (const socket of sockets) socket.disconnect();
  lateness.sort((left, right) => left - right);
  const at = (part) => rounded(lateness[Math.floor(lateness.length * part)] ?? NaN);
  return {
    delivered: lateness.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    serverCores: rounded(cores.server),
    mongodCores: rounded(cores.mongod),
  };
}

/** At an even pace, whatever the answers do. */
async function write(server, { seconds, count }) {
  const pending = [];
  const started = performance.now();
  for (let n = 0; n < seconds * WRITES_PER_SECOND; n += 1) {
    const wait = started + (n * 1_000) / WRITES_PER_SECOND - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    pending.push(call(server, 'POST', '/data/live', { at: performance.now(), owner: Math.floor(Math.random() * count) }));
  }
  await Promise.all(pending);
}

async function idle(server) {
  const before = residentMegabytes(server.processes.server);
  const sockets = await dial(server, options.idle, () => undefined);
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const after = residentMegabytes(server.processes.server);
  for (const socket of sockets) socket.disconnect();
  return { kilobytesEach: rounded(((after - before) * 1_024) / options.idle) };
}

async function copy(server) {
  const first = await call(server, 'GET', '/sync?collections=copied');
  for (let n = 0; n < SYNCED; n += 500) {
    const operations = Array.from({ length: 500 }, (_one, at) => ({ op: 'create', collection: 'copied', document: { n: n + at } }));
    await call(server, 'POST', '/data/batch', { operations });
  }
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const started = performance.now();
  let changes = 0;
  for (let token = first.next, more = true; more;) {
    const page = await call(server, 'GET', `/sync?collections=copied&limit=1000&since=${encodeURIComponent(token)}`);
    changes += page.changes.length;
    ({ next: token, more } = page);
  }
  return { changes, seconds: rounded((performance.now() - started) / 1_000) };
}

async function dial(server, count, ready) {
  const { origin, project, secretKey: key } = server.ready;
  const sockets = [];
  for (let n = 0; n < count; n += DIAL_AT_ONCE) {
    const some = Array.from({ length: Math.min(DIAL_AT_ONCE, count - n) }, (_one, at) => connect({ origin, project, key }, ready, n + at));
    sockets.push(...(await Promise.all(some)));
  }
  return sockets;
}

function connect({ origin, project, key }, ready, n) {
  const socket = io(origin, { path: '/realtime', auth: { project, key }, transports: ['websocket'], forceNew: true, reconnection: false });
  return new Promise((resolve, reject) => {
    socket.on('connect_error', reject);
    socket.on('connect', () => Promise.resolve(ready(socket, n)).then(() => resolve(socket), reject));
  });
}

async function call({ ready }, method, path, body) {
  const headers = { 'content-type': 'application/json', 'x-mainstay-key': ready.secretKey };
  const request = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  // A connection that was idle may be closed while it is being used again.
  const answer = await fetch(ready.api + path, request).catch(() => fetch(ready.api + path, request));
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
