// What many tenants cost: `node projects.mjs [--projects 1000] [--collections 5] [--json FILE]`. Memory per idle project of one process, and
// how long the first request to a project takes that the process has not met yet.
import { readFileSync, writeFileSync } from 'node:fs';
import { runBench, say } from './measure/bench-run.mjs';
import { readOptions } from './measure/read-options.mjs';
import { startMainstay } from './measure/start-mainstay.mjs';

const AT_ONCE = 8;
const SETTLE_MS = 10_000;
const rounded = (ms) => Math.round(ms * 10) / 10;

const options = readOptions({ projects: 1_000, collections: 5, json: '' }, {});
await runBench(main);

async function main(run) {
  const first = await startMainstay(run);
  const projects = await makeProjects(first.ready.origin);
  await first.stop();
  const second = await startMainstay(run, first.stores);
  await get({ api: second.ready.api, key: second.ready.secretKey }, '/schema');
  const before = await settledBytes(second.processes.server);
  const times = [];
  for (const project of projects) {
    const at = { ...project, api: `${second.ready.origin}/p/${project.id}/v1` };
    const started = performance.now();
    await get(at, '/data/c0/one');
    times.push(performance.now() - started);
    for (let n = 1; n < options.collections; n += 1) await get(at, `/data/c${n}/one`);
  }
  const after = await settledBytes(second.processes.server);
  times.sort((left, right) => left - right);
  const result = {
    projects: projects.length,
    collections: options.collections,
    bytesPerIdleProject: Math.round((after - before) / projects.length),
    coldRequestMs: {
      p50: rounded(times[Math.floor(times.length / 2)]),
      p99: rounded(times[Math.floor(times.length * 0.99)]),
      max: rounded(times.at(-1)),
    },
  };
  say(JSON.stringify(result, null, 2));
  if (options.json) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
}

async function makeProjects(origin) {
  const account = await fetch(`${origin}/platform/v1/signup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'bench@example.com', password: 'a long passphrase for the bench' }),
  });
  const { csrfToken } = await account.json();
  const cookie = account.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ');
  const asAccount = { 'content-type': 'application/json', cookie, 'x-csrf-token': csrfToken };
  const made = [];
  let next = 0;
  const work = async () => {
    for (let n = next++; n < options.projects; n = next++) {
      const body = JSON.stringify({ name: `Tenant ${n}` });
      const { project, keys } = await json(await fetch(`${origin}/platform/v1/projects`, { method: 'POST', headers: asAccount, body }));
      const headers = { 'content-type': 'application/json', 'x-mainstay-key': keys.secret.key };
      const api = `${origin}/p/${project.id}/v1`;
      for (let c = 0; c < options.collections; c += 1) {
        const definition = {
          fields: { title: { type: 'string' }, owner: { type: 'string' } },
          rules: { get: 'owner == user.id', list: true },
        };
        await json(await fetch(`${api}/schema/c${c}`, { method: 'PUT', headers, body: JSON.stringify(definition) }));
        await json(await fetch(`${api}/data/c${c}`, { method: 'POST', headers, body: JSON.stringify({ id: 'one', title: 'One' }) }));
      }
      made.push({ id: project.id, key: keys.secret.key });
      if (made.length % 100 === 0) say(`${made.length} projects`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return made;
}

async function get({ api, key }, path) {
  return json(await fetch(api + path, { headers: { 'x-mainstay-key': key } }));
}

async function json(answer) {
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** The process's memory as the system counts it, once it has been left alone for a while. */
async function settledBytes(pid) {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kilobytes) * 1_024;
}
