// Whether a query costs the same over 10,000 and over 1,000,000 documents: `node flat.mjs [--few 10000] [--many 1000000] [--json FILE]`.
import { writeFileSync } from 'node:fs';
import { runBench, say } from './measure/bench-run.mjs';
import { readOptions } from './measure/read-options.mjs';
import { startMainstay } from './measure/start-mainstay.mjs';

const BATCH = 500;
const FILLERS = 8;
const PER_SHELF = 20;
const CONNECTIONS = 16;

const options = readOptions({ few: 10_000, many: 1_000_000, seconds: 6, rounds: 3, json: '' }, {});
await runBench(main);

async function main(run) {
  const { ready } = await startMainstay(run);
  const sizes = { few: options.few, many: options.many };
  for (const [name, count] of Object.entries(sizes)) await fill(ready, name, count);
  const rates = { few: [], many: [] };
  for (let round = 0; round < options.rounds; round += 1)
    for (const [name, count] of Object.entries(sizes)) rates[name].push(await measure(ready, name, count));
  const median = (numbers) => numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)];
  const result = { documents: sizes, queriesPerSecond: { few: median(rates.few), many: median(rates.many) } };
  result.ratio = Math.round((result.queriesPerSecond.many / result.queriesPerSecond.few) * 100) / 100;
  say(JSON.stringify(result, null, 2));
  if (options.json) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
}

async function fill(ready, name, count) {
  const definition = {
    fields: { shelf: { type: 'integer' }, title: { type: 'string' } },
    indexes: [
      {
        fields: [
          ['shelf', 1],
          ['id', 1],
        ],
      },
    ],
  };
  await call(ready, 'PUT', `/schema/${name}`, definition);
  let next = 0;
  const work = async () => {
    for (let from = next; from < count; from = next) {
      next += BATCH;
      const operations = Array.from({ length: BATCH }, (_one, n) => ({
        op: 'create',
        collection: name,
        document: { shelf: Math.floor((from + n) / PER_SHELF), title: `Document ${from + n}` },
      }));
      await call(ready, 'POST', '/data/batch', { operations });
    }
  };
  await Promise.all(Array.from({ length: FILLERS }, work));
  say(`${name}: ${count} documents`);
}

/** Queries a second, each for the documents of one shelf. */
async function measure(ready, name, count) {
  const end = performance.now() + options.seconds * 1_000;
  let done = 0;
  const work = async () => {
    while (performance.now() < end) {
      const shelf = Math.floor(Math.random() * (count / PER_SHELF));
      const { items } = await call(ready, 'GET', `/data/${name}?where={"shelf":${shelf}}&limit=${PER_SHELF}`);
      if (items.length !== PER_SHELF) throw new Error(`shelf ${shelf} of ${name} has ${items.length} documents`);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  return Math.round(done / options.seconds);
}

async function call(ready, method, path, body) {
  const headers = { 'content-type': 'application/json', 'x-mainstay-key': ready.secretKey };
  const answer = await fetch(ready.api + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
