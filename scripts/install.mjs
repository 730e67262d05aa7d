import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';
import { fingerprintOf, isDone, markDone } from './stamps.mjs';
import { withLock } from './with-lock.mjs';
import { root, say, state } from './workspace.mjs';

/**
 * Runs `npm ci` when node_modules is missing or package-lock.json has changed since the last install. Packages' own install scripts do not run:
 * nothing here needs them, and they are how a poisoned package would get in.
 *
 * @throws when npm fails
 */
export async function installPackages() {
  const lockfile = join(root, 'package-lock.json');
  const fingerprint = fingerprintOf(lockfile);
  const isCurrent = () => (isDone('install', fingerprint) ? existsSync(join(root, 'node_modules')) : matchesLockfile(lockfile));
  if (isCurrent()) return;
  await withLock(
    join(state, 'install.lock'),
    async () => {
      if (isCurrent()) return;
      say('Installing packages (npm ci) …');
      const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
      const { code, why } = await runCommand('npm', args, { cwd: root, timeoutSeconds: 900, show: true });
      if (code !== 0) throw new Error(`npm ci failed${why ? `: ${why}` : ''}. Its message is above.`);
      markDone('install', fingerprint);
    },
    () => say('Another process is installing the packages; waiting for it …'),
  );
}

/** Whether somebody ran `npm ci` or `npm install` by hand: npm notes in node_modules what it put there. */
function matchesLockfile(lockfile) {
  const note = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const present = JSON.parse(readFileSync(note, 'utf8')).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(lockfile, 'utf8')).packages).filter(([path]) => path.includes('node_modules/'));
  return wanted.every(([path, entry]) => (present[path] ? present[path].version === entry.version : entry.optional === true));
}
