import { existsSync } from 'node:fs';
import { runCommand } from './run-command.mjs';

/** Whether this process may install Debian packages: root, and apt-get is there. */
export const mayUseApt = () => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

/**
 * Installs Debian packages without questions.
 * @throws an Error with apt's last words
 */
export async function aptInstall(...packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const update = await runCommand('apt-get', ['update', '-q', '-o', 'Acquire::http::Timeout=15'], { env, timeoutSeconds: 90 });
  if (update.code !== 0) throw new Error(update.why ?? 'apt-get update failed');
  const install = ['install', '-y', '-q', '--no-install-recommends', ...packages];
  const done = await runCommand('apt-get', install, { env, timeoutSeconds: 300 });
  if (done.code !== 0) throw new Error(done.why ?? done.output.trim().split('\n').at(-1));
}
