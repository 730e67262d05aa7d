// Checks the rules of the house that no other tool checks: names, sizes, who may import what, versions with known holes.
// Prints one line per violation, `file:line rule`, and exits 1 if there is one.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { checkFile } from './house/check-file.mjs';
import { checkImports } from './house/check-imports.mjs';
import { checkLockfile } from './house/check-lockfile.mjs';
import { checkName } from './house/check-name.mjs';
import { checkSizes } from './house/check-sizes.mjs';
import { checkVersions } from './house/check-versions.mjs';
import { root } from './workspace.mjs';

const SOURCE = /^(packages|apps)\/[^/]+\/(src|test|e2e)\/.*\.tsx?$/;

/** Every file of the repository: what git knows, and what is new and not ignored. */
function repositoryFiles() {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  return [...new Set(listed.split('\0'))].filter(Boolean);
}

function readText(path) {
  try {
    return readFileSync(`${root}/${path}`, 'utf8');
  } catch (error) {
    // Deleted in the work tree, and git does not know it yet.
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

const files = repositoryFiles()
  .map((path) => ({ path, text: readText(path) }))
  .filter(({ text }) => text !== null);
const sources = files.filter(({ path }) => SOURCE.test(path));

const locked = JSON.parse(readText('package-lock.json')).packages;

const violations = [
  ...files.flatMap(checkFile),
  ...sources.flatMap(checkName),
  ...sources.flatMap(checkImports),
  ...checkSizes(sources),
  ...checkVersions(locked),
  ...checkLockfile(locked),
];

for (const line of violations) process.stdout.write(`${line}\n`);
process.stdout.write(`check-house: ${files.length} files, ${sources.length} sources, ${violations.length} violations\n`);
process.exitCode = violations.length > 0 ? 1 : 0;
