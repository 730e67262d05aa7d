import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root directory. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Where everything lies that the scripts make and git does not keep: binaries, stamps, data, reports.
 * `MAINSTAY_STATE` moves it, for example to a disk that survives a container.
 */
export const state = process.env.MAINSTAY_STATE ?? join(root, '.mainstay');

/** A tool of `node_modules/.bin`, without npx and its start-up time. */
export const tool = (name) => join(root, 'node_modules', '.bin', name);

/** Makes a directory and its parents, readable by this user only. */
export function privateDirectory(path) {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  return path;
}

/** Says what a script is doing. On stderr, so that stdout stays clean for `--json`. */
export const say = (line) => process.stderr.write(`${line}\n`);
