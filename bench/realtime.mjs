// Live documents: how late changes arrive and what that costs, ours beside Parse LiveQuery and PocketBase in one run; and, of ours alone, what
// idle connections hold and how long a copy takes. `node realtime.mjs [--seconds 8] [--rounds 3] [--targets ours,parse,pocketbase]
// [--subscribers 200] [--owners 1000] [--idle 5000] [--json FILE]`. See README.md.
import { runBench, say } from './measure/bench-run.mjs';
import { coresBetween, cpuClock, residentMegabytes } from './measure/cpu.mjs';
import { readOptions } from './measure/read-options.mjs';
import { table, writeResult } from './measure/report.mjs';

const WRITES_PER_SECOND = 50;
const DIAL_AT_ONCE = 50;
const SYNCED = 10_000;
const WARM_UP_SECONDS = 2;
/** What is still on its way when the writing ends. */
const PATIENCE_MS = 1_500;
/** Asked by one target alone: PocketBase falls behind at a thousand conditions already. */
const OURS_ALONE_FROM = 5_000;
const TARGETS = ['ours', 'parse', 'pocketbase'];

const options = readOptions(
  { seconds: 8, rounds: 3, targets: TARGETS, subscribers: 200, owners: [1_000, 10_000], idle: 5_000, json: '' },
  { targets: TARGETS },
);
const rounded = (number) => Math.round(number * 100) / 100;
await runBench(main);

async function main(run) {
  const targets = {};
  for (const name of options.targets) {
    say(`Starting ${name} …`);
    targets[name] = await (await import(`./live/${name}.mjs`)).open(run);
  }
  const results = {};
  await compare(results, targets, `one collection, ${options.subscribers} subscribers`, { count: options.subscribers, isOwn: false });
  for (const count of options.owners.map(Number))
    await compare(results, targets, `own owner each, ${count} subscribers`, { count, isOwn: true });
  const { ours } = targets;
  const alone = ours === undefined ? {} : { idle: await idle(ours), copy: await copy(ours) };
  say(JSON.stringify(alone));
  print(results);
  if (options.json) writeResult('realtime', options.json, { options, writesPerSecond: WRITES_PER_SECOND, results, ...alone });
}

/** The targets take turns, round after round. What counts is the median of the rounds. */
async function compare(results, targets, setting, { count, isOwn }) {
  const rounds = {};
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const [name, target] of Object.entries(targets)) {
      if (name !== 'ours' && count >= OURS_ALONE_FROM) continue;
      const measured = await deliver(target, { count, isOwn });
      (rounds[name] ??= []).push(measured);
      say(`${setting} · round ${round} · ${name}: ${JSON.stringify(measured)}`);
    }
  }
  results[setting] = Object.fromEntries(Object.entries(rounds).map(([name, all]) => [name, { ...medianOf(all), rounds: all }]));
}

function medianOf(rounds) {
  const median = (key) => rounds.map((round) => round[key]).sort((left, right) => left - right)[Math.floor(rounds.length / 2)];
  return Object.fromEntries(Object.keys(rounds[0]).map((key) => [key, median(key)]));
}

async function deliver(target, { count, isOwn }) {
  let lateness = [];
  const hear = ({ at }) => lateness.push(performance.now() - at);
  const ends = await many(count, (n) => target.follow({ owner: isOwn ? n : undefined, hear }));
  await write(target, { seconds: WARM_UP_SECONDS, count });
  await pause(PATIENCE_MS);
  lateness = [];
  const before = cpuClock();
  const written = await write(target, { seconds: options.seconds, count });
  const { foreign, ...cores } = coresBetween(before, cpuClock(), { ...target.processes, generator: process.pid });
  await pause(PATIENCE_MS);
  for (const end of ends) end();
  lateness.sort((left, right) => left - right);
  const at = (part) => rounded(lateness[Math.floor(lateness.length * part)] ?? NaN);
  return {
    delivered: lateness.length,
    expected: written * (isOwn ? 1 : count),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    serverCores: rounded(cores.server),
    mongodCores: rounded(cores.mongod ?? 0),
    foreignCores: rounded(foreign),
  };
}

/** At an even pace, whatever the answers do. @returns how many */
async function write(target, { seconds, count }) {
  const pending = [];
  const refused = [];
  const started = performance.now();
  for (let n = 0; n < seconds * WRITES_PER_SECOND; n += 1) {
    const wait = started + (n * 1_000) / WRITES_PER_SECOND - performance.now();
    if (wait > 0) await pause(wait);
    const document = { at: performance.now(), owner: Math.floor(Math.random() * count) };
    pending.push(target.create(document).catch((error) => refused.push(error)));
  }
  await Promise.all(pending);
  if (refused.length > 0) throw refused[0];
  return pending.length;
}

async function idle({ dial, processes }) {
  const before = residentMegabytes(processes.server);
  const sockets = await many(options.idle, dial);
  await pause(10_000);
  const after = residentMegabytes(processes.server);
  for (const socket of sockets) socket.disconnect();
  return { connections: options.idle, kilobytesEach: rounded(((after - before) * 1_024) / options.idle) };
}

async function copy({ call }) {
  await call('PUT', '/schema/copied', { fields: { n: { type: 'integer' } } });
  const first = await call('GET', '/sync?collections=copied');
  for (let start = 0; start < SYNCED; start += 500) {
    const operations = Array.from({ length: 500 }, (_, n) => ({ op: 'create', collection: 'copied', document: { n: start + n } }));
    await call('POST', '/data/batch', { operations });
  }
  await pause(2_000);
  const from = performance.now();
  let changes = 0;
  for (let since = first.next, more = true; more;) {
    const page = await call('GET', `/sync?collections=copied&limit=1000&since=${encodeURIComponent(since)}`);
    changes += page.changes.length;
    ({ next: since, more } = page);
  }
  return { changes, seconds: rounded((performance.now() - from) / 1_000) };
}

async function many(count, make) {
  const made = [];
  while (made.length < count) {
    const wave = Array.from({ length: Math.min(DIAL_AT_ONCE, count - made.length) }, (_, n) => make(made.length + n));
    made.push(...(await Promise.all(wave)));
  }
  return made;
}

function print(results) {
  const rows = Object.entries(results).flatMap(([setting, targets]) =>
    Object.entries(targets).map(([name, { delivered, expected, p50Ms, p99Ms, serverCores, mongodCores, foreignCores }]) =>
      [setting, name, `${delivered}/${expected}`, p50Ms, p99Ms, `${serverCores}+${mongodCores}`, foreignCores].map(String),
    ),
  );
  const head = ['', 'server', 'delivered', 'p50 ms', 'p99 ms', 'cores (server+mongod)', 'foreign'];
  process.stdout.write(`${table(head, rows)}\n`);
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
