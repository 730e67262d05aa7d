// `npm test [-- path …]`: prepares the machine, starts throw-away stores, runs all tests, and ends with the line `N passed, N failed`.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { checkMachine } from './bootstrap.mjs';
import { buildDashboard } from './build.mjs';
import { sweepThrowAways, takeDataDirectory } from './data-directory.mjs';
import { findChromium, findMongod, findRedis } from './find-binaries.mjs';
import { installPackages } from './install.mjs';
import { onStop } from './on-stop.mjs';
import { signalGroup } from './processes.mjs';
import { startServices } from './start-services.mjs';
import { root, say, state, tool } from './workspace.mjs';

/** Longer than any run should take; a run that hangs is ended and counts as failed. */
const LIMIT_MINUTES = 25;

const filters = process.argv.slice(2);

const RUNS = [
  { name: 'packages and server', cwd: root, config: 'jest.config.mjs' },
  { name: 'dashboard', cwd: join(root, 'apps', 'dashboard'), config: 'jest.config.mjs' },
];

async function main() {
  checkMachine();
  await installPackages();
  // The packages have no browser tests, so `npm test -- packages/data` needs neither a browser nor the dashboard.
  const onlyPackages = filters.length > 0 && filters.every((filter) => filter.includes('packages/'));
  const chromium = onlyPackages ? null : await browser();
  if (!onlyPackages) await buildDashboard();
  const throwAways = join(state, 'tests');
  await sweepThrowAways(throwAways, say);
  mkdirSync(throwAways, { recursive: true });
  const data = await takeDataDirectory(mkdtempSync(join(throwAways, 'run-')), say);
  const services = await startServices({ data, log: say, forTests: true });
  const running = stopWith(services, data.path);
  try {
    const env = {
      MAINSTAY_MONGO_URL: services.mongoUrl,
      MAINSTAY_REDIS_URL: services.redisUrl,
      // For the tests that kill and stop stores: those start some of their own.
      MAINSTAY_MONGOD: await findMongod(),
      MAINSTAY_REDIS_SERVER: await findRedis(),
      MAINSTAY_DASHBOARD_DIR: join(root, 'apps', 'dashboard', 'dist'),
      ...(chromium ? { MAINSTAY_CHROMIUM: chromium } : {}),
    };
    const counts = { passed: 0, failed: 0 };
    for (const run of RUNS) if (existsSync(join(run.cwd, run.config))) add(counts, await runJest(run, env, running));
    return counts;
  } finally {
    await services.stop();
    rmSync(data.path, { recursive: true, force: true });
  }
}

/** Browser tests read MAINSTAY_CHROMIUM and skip themselves without it; in CI that would hide them, so there it is an error. */
async function browser() {
  try {
    return await findChromium();
  } catch (error) {
    if (process.env.CI) throw error;
    say(`\n!!! ${error.message}\n!!! THE BROWSER TESTS ARE SKIPPED.\n`);
    return null;
  }
}

async function runJest({ name, cwd, config }, env, running) {
  const report = join(state, 'reports', `${name.replaceAll(' ', '-')}.json`);
  mkdirSync(join(state, 'reports'), { recursive: true });
  rmSync(report, { force: true });
  say(`\n── Tests: ${name}`);
  const args = ['--config', config, '--rootDir', '.', '--maxWorkers=2', '--passWithNoTests', '--json', '--outputFile', report];
  const child = spawn(tool('jest'), [...args, ...filters], {
    cwd,
    env: { ...process.env, ...env },
    // A group of its own: jest leaves busy workers behind when it is stopped, so the whole group is ended.
    detached: true,
    // --json puts the whole report on stdout too; people read the progress on stderr.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  running.child = child;
  const watchdog = setTimeout(() => {
    say(`The tests of ${name} did not end within ${LIMIT_MINUTES} minutes.`);
    signalGroup(child.pid, 'SIGKILL');
  }, LIMIT_MINUTES * 60_000);
  const code = await new Promise((resolve) => child.on('exit', resolve).on('error', () => resolve(null)));
  clearTimeout(watchdog);
  running.child = null;
  return countsOf(report, code);
}

/** A suite that could not run has no failed tests in jest's report, and a jest that died has no report at all: each is a failure here. */
function countsOf(report, code) {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const broken = testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.every(({ status }) => status !== 'failed'),
  );
  const failed = numFailedTests + broken.length;
  return { passed: numPassedTests, failed: code === 0 ? failed : Math.max(failed, 1) };
}

function add(sum, { passed, failed }) {
  sum.passed += passed;
  sum.failed += failed;
}

/** Ends jest and the stores when the run is stopped. `child` is the jest that runs. */
function stopWith(services, directory) {
  const running = { child: null };
  let isStopping = false;
  onStop(async (signal) => {
    if (isStopping) return;
    isStopping = true;
    if (running.child) signalGroup(running.child.pid, 'SIGKILL');
    await services.stop();
    rmSync(directory, { recursive: true, force: true });
    process.exit(128 + constants.signals[signal]);
  });
  return running;
}

const counts = await main().catch((error) => {
  say(error.stack ?? error.message);
  return { passed: 0, failed: 1 };
});
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
