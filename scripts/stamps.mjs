import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { state } from './workspace.mjs';

const IGNORED = new Set(['node_modules', 'dist', 'coverage', '.turbo', '.git']);

/** Whether the step `name` was last done for exactly this fingerprint. */
export function isDone(name, fingerprint) {
  try {
    return readFileSync(join(state, 'stamps', name), 'utf8') === fingerprint;
  } catch {
    return false;
  }
}

/** Notes that the step `name` is done for this fingerprint. */
export function markDone(name, fingerprint) {
  mkdirSync(join(state, 'stamps'), { recursive: true });
  writeFileSync(join(state, 'stamps', name), fingerprint);
}

/**
 * A hash over names and contents of all files below the given paths, without what builds make. Contents and not times: a checkout changes the
 * times, and a few hundred source files are read in less than a tenth of a second.
 */
export function fingerprintOf(...paths) {
  const hash = createHash('sha256').update(process.version);
  for (const path of paths) addTo(hash, path);
  return hash.digest('hex');
}

function addTo(hash, path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry) return;
  if (!entry.isDirectory()) {
    hash.update(`\0${path}\0`).update(readFileSync(path));
    return;
  }
  for (const name of readdirSync(path).sort()) {
    if (!IGNORED.has(name) && !name.endsWith('.tsbuildinfo')) addTo(hash, join(path, name));
  }
}
