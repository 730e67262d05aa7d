import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './run-command.mjs';
import { fingerprintOf, isDone, markDone } from './stamps.mjs';
import { withLock } from './with-lock.mjs';
import { root, say, state, tool } from './workspace.mjs';

const DASHBOARD = join(root, 'apps', 'dashboard');

/** Compiles packages and server to `dist`, when their sources changed since the last time. @throws when tsc finds an error */
export function buildServer() {
  return buildIfStale({
    name: 'server',
    sources: ['packages', join('apps', 'server')],
    result: join(root, 'apps', 'server', 'dist', 'src', 'main.js'),
    run: () => runCommand(tool('tsc'), ['-b'], { cwd: root, show: true }),
  });
}

/** Bundles the dashboard to `apps/dashboard/dist`, when its sources changed since the last time. @throws when vite fails */
export function buildDashboard() {
  return buildIfStale({
    name: 'dashboard',
    // It imports browser-safe entries of the packages.
    sources: ['packages', join('apps', 'dashboard')],
    result: join(DASHBOARD, 'dist', 'index.html'),
    run: () => runCommand(tool('vite'), ['build', '--logLevel', 'warn'], { cwd: DASHBOARD, show: true }),
  });
}

/**
 * Packs the typed client beside the dashboard, so that `npm install <origin>/client.tgz` works against every server.
 * Needs the compiled packages and the dashboard.
 */
export function buildClient() {
  const files = join(DASHBOARD, 'dist');
  return buildIfStale({
    name: 'client',
    sources: [join('packages', 'client')],
    result: join(files, 'client.tgz'),
    async run() {
      const packed = await runCommand('npm', ['pack', '--silent', '--pack-destination', files], { cwd: join(root, 'packages', 'client') });
      if (packed.code === 0) renameSync(join(files, 'mainstay-client-0.0.0.tgz'), join(files, 'client.tgz'));
      return packed;
    },
  });
}

async function buildIfStale({ name, sources, result, run }) {
  const inputs = [...sources, 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json'].map((path) => join(root, path));
  await withLock(
    join(state, `build-${name}.lock`),
    async () => {
      const fingerprint = fingerprintOf(...inputs);
      if (existsSync(result) && isDone(`build-${name}`, fingerprint)) return;
      say(`Building the ${name} …`);
      const { code, why } = await run();
      if (code !== 0) throw new Error(`Building the ${name} failed${why ? `: ${why}` : ''}. The reason is above.`);
      markDone(`build-${name}`, fingerprint);
    },
    () => say(`Another process is building the ${name}; waiting for it …`),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await buildServer();
    await buildDashboard();
    await buildClient();
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
