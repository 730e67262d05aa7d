// How fast logins are beside bare express with the same hash, and what they do to others' requests:
// `node login.mjs [--connections 16] [--seconds 6] [--rounds 3] [--logins 20] [--json FILE]`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bench, runBench, say } from './measure/bench-run.mjs';
import { readOptions } from './measure/read-options.mjs';
import { startMainstay } from './measure/start-mainstay.mjs';

const USERS = 64;
const PASSWORD = 'correct horse';
const READERS = 4;

const options = readOptions({ connections: 16, seconds: 6, rounds: 3, logins: 20, json: '' }, {});
await runBench(main);

async function main(run) {
  const { ready } = await startMainstay(run);
  const floor = await startFloor(run);
  const headers = { 'content-type': 'application/json', 'x-mainstay-key': ready.publishableKey };
  const emails = Array.from({ length: USERS }, (_one, n) => `bench${n}@example.com`);
  for (const email of emails) await post(`${ready.api}/auth/signup`, headers, { email, password: PASSWORD });
  const login = (n) => post(`${ready.api}/auth/login`, headers, { email: emails[n % USERS], password: PASSWORD });
  const floorLogin = () => post(`${floor}/login`, { 'content-type': 'application/json' }, { password: PASSWORD });

  const rates = { ours: [], floor: [] };
  for (let round = 0; round < options.rounds; round += 1) {
    rates.ours.push(await rateOf(login));
    rates.floor.push(await rateOf(floorLogin));
  }
  const secret = { 'content-type': 'application/json', 'x-mainstay-key': ready.secretKey };
  await fetch(`${ready.api}/schema/read`, { method: 'PUT', headers: secret, body: '{"mode":"open"}' });
  const { id } = await post(`${ready.api}/data/read`, secret, { title: 'one' });
  const get = () => fetch(`${ready.api}/data/read/${id}`, { headers: secret }).then((answer) => answer.text());
  const waits = { idle: [], busy: [] };
  for (let round = 0; round < options.rounds; round += 1) {
    waits.idle.push(await waitsOf(get, () => undefined));
    waits.busy.push(await waitsOf(get, login));
  }
  const result = {
    loginsPerSecond: { ours: median(rates.ours), floor: median(rates.floor), ratio: round2(median(rates.ours) / median(rates.floor)) },
    getMilliseconds: {
      p99Idle: median(waits.idle.map(({ p99 }) => p99)),
      [`p99With${options.logins}Logins`]: median(waits.busy.map(({ p99 }) => p99)),
      p50Idle: median(waits.idle.map(({ p50 }) => p50)),
      [`p50With${options.logins}Logins`]: median(waits.busy.map(({ p50 }) => p50)),
    },
  };
  say(JSON.stringify(result, null, 2));
  if (options.json) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
}

async function startFloor(run) {
  const port = await run.freePort();
  const origin = `http://127.0.0.1:${port}`;
  await run.startServer({
    name: 'login-floor',
    command: process.execPath,
    args: [join(bench, 'servers', 'login-floor.mjs')],
    env: { PORT: String(port) },
    ready: () =>
      fetch(origin).then(
        () => true,
        () => false,
      ),
  });
  return origin;
}

/** Logins a second over all connections, each with one under way at a time. */
async function rateOf(login) {
  const end = performance.now() + options.seconds * 1_000;
  let done = 0;
  const work = async (first) => {
    for (let n = first; performance.now() < end; n += options.connections) {
      await login(n);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: options.connections }, (_one, n) => work(n)));
  return round2(done / options.seconds);
}

/** How long reads take while logins begin at the asked rate. */
async function waitsOf(get, login) {
  const end = performance.now() + options.seconds * 1_000;
  const times = [];
  const under = new Set();
  let begun = 0;
  const timer = setInterval(() => {
    const one = Promise.resolve(login(begun));
    begun += 1;
    under.add(one);
    void one.finally(() => under.delete(one));
  }, 1_000 / options.logins);
  const read = async () => {
    while (performance.now() < end) {
      const start = performance.now();
      await get();
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
  clearInterval(timer);
  await Promise.all(under);
  times.sort((left, right) => left - right);
  const at = (share) => round2(times[Math.floor(times.length * share)]);
  return { p50: at(0.5), p99: at(0.99) };
}

async function post(url, headers, body) {
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

function median(numbers) {
  return numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)];
}

function round2(number) {
  return Math.round(number * 100) / 100;
}
