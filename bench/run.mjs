// Side by side over HTTP: ours, Parse Server, PocketBase and the floor. See README.md for the options and for what the numbers mean.
import { join } from 'node:path';
import { bench, createRun, say } from './measure/bench-run.mjs';
import { checkTarget } from './measure/check-target.mjs';
import { residentMegabytes } from './measure/cpu.mjs';
import { generate } from './measure/generator.mjs';
import { readOptions } from './measure/read-options.mjs';
import { printResults, writeResult } from './measure/report.mjs';
import { BATCH_CONNECTIONS, DOCUMENTS, OPERATIONS } from './measure/scenario.mjs';
import { ratiosOf, summarize } from './measure/summarize.mjs';

const TARGETS = ['ours', 'parse', 'pocketbase', 'floor'];
const MAX_REQUESTS = 2_000_000;

const options = readOptions(
  { ops: OPERATIONS, connections: [1, 64], seconds: 10, warmup: 3, rounds: 3, targets: TARGETS, json: '' },
  { ops: OPERATIONS, targets: TARGETS },
);
const run = createRun();
try {
  await main();
} catch (error) {
  // What was cut off by Ctrl-C is no failure.
  if (!run.isStopping()) say(error.stack);
  process.exitCode = 1;
} finally {
  await run.stop();
}

async function main() {
  const targets = [];
  for (const name of options.targets) targets.push(await prepare(name));
  const results = [];
  for (const operation of options.ops) {
    const counts = operation === 'batch' ? [BATCH_CONNECTIONS] : options.connections;
    for (const connections of counts) results.push(await measure({ targets, operation, connections }));
  }
  printResults(results, 'Requests per second');
  writeResult('http', options.json || undefined, { options, documents: DOCUMENTS, results });
}

async function prepare(name) {
  const target = await import(`./targets/${name}.mjs`);
  say(`Starting ${target.label} …`);
  const started = await target.start(run);
  const from = performance.now();
  const session = await target.seed(started);
  await checkTarget(name, target, session);
  say(`  seeded and checked in ${((performance.now() - from) / 1000).toFixed(1)} s`);
  return { name, session, processes: started.processes };
}

/** All rounds of one setting, the targets taking turns: A B C D, A B C D, … */
async function measure({ targets, operation, connections }) {
  const setting = `${operation} × ${connections}`;
  const rounds = Object.fromEntries(targets.map(({ name }) => [name, []]));
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const { name, session, processes } of targets) {
      const job = {
        target: name,
        session,
        operation,
        connections,
        seconds: options.seconds,
        warmup: options.warmup,
        maxRequests: MAX_REQUESTS,
      };
      const { requestsPerSecond: rate, ...rest } = await generate({ run, script: join(bench, 'http-load.mjs'), job, leaders: processes });
      rounds[name].push({ rate, ...rest, megabytes: megabytesOf(processes) });
      say(
        `${setting} · round ${round} · ${name}: ${rate.toFixed(0)}/s, p50 ${rest.p50?.toFixed(2)} ms, p99 ${rest.p99?.toFixed(2)} ms${errorsOf(rest)}`,
      );
    }
  }
  const summaries = Object.fromEntries(targets.map(({ name }) => [name, summarize(rounds[name])]));
  return { setting, operation, connections, targets: summaries, ratios: ratiosOf(summaries) };
}

function errorsOf({ errors }) {
  return Object.keys(errors).length > 0 ? `, errors ${JSON.stringify(errors)}` : '';
}

function megabytesOf(processes) {
  return Object.fromEntries(Object.entries(processes).map(([name, pid]) => [name, residentMegabytes(pid)]));
}
