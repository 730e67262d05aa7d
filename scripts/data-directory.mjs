import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess, identify, isAlive } from './processes.mjs';
import { withLock } from './with-lock.mjs';
import { privateDirectory } from './workspace.mjs';

const RECORD = 'launcher.json';

/**
 * Takes a data directory for this launcher and ends what a launcher that was killed left running on it. The record `launcher.json` in it
 * names the launcher and its children by pid and start time, so nothing else is ever ended.
 *
 * @returns {Promise<{ path: string, add(name: string, pid: number): void, release(): Promise<void> }>}
 * @throws when another launcher that lives uses the directory
 */
export async function takeDataDirectory(path, log) {
  privateDirectory(path);
  const record = { launcher: identify(process.pid), children: {} };
  const save = () => writePrivate(join(path, RECORD), JSON.stringify(record, null, 2));
  await withLock(join(path, 'launcher.lock'), async () => {
    const last = readRecord(path);
    if (last && isAlive(last.launcher)) {
      throw new Error(`Mainstay already runs on ${path} (process ${last.launcher.pid}). Stop it, or use another --data directory.`);
    }
    if (last) await endOrphans(last, log);
    save();
  });
  return {
    path,
    add(name, pid) {
      record.children[name] = identify(pid);
      save();
    },
    async release() {
      // A stop in the middle of a start: what was spawned is on record before anybody waits for it.
      await endOrphans(record, () => {});
      rmSync(join(path, RECORD), { force: true });
    },
  };
}

/** Ends what killed launchers left running on throw-away directories below `parent`, and removes those directories. */
export async function sweepThrowAways(parent, log) {
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    const record = readRecord(path);
    if (!record || isAlive(record.launcher)) continue;
    await endOrphans(record, log);
    rmSync(path, { recursive: true, force: true });
  }
}

/** Reads a secret of the data directory, or makes it: `bytes` random bytes in the given encoding, readable by this user only. */
export function persistentSecret(directory, name, { bytes = 32, encoding = 'base64url' } = {}) {
  const path = join(directory, name);
  if (!existsSync(path)) writePrivate(path, randomBytes(bytes).toString(encoding));
  return readFileSync(path, 'utf8').trim();
}

/** Writes a file that only this user may read, in one step: a crash leaves the old or the new one. */
export function writePrivate(path, text) {
  const fresh = `${path}.new`;
  writeFileSync(fresh, text, { mode: 0o600 });
  renameSync(fresh, path);
}

async function endOrphans(record, log) {
  // Newest first: the server before the stores that it writes to.
  for (const [name, child] of Object.entries(record.children).reverse()) {
    if (!isAlive(child)) continue;
    log(`Ending ${name} (process ${child.pid}), which the last run left behind.`);
    await endProcess(child);
  }
}

function readRecord(path) {
  try {
    return JSON.parse(readFileSync(join(path, RECORD), 'utf8'));
  } catch {
    return null;
  }
}
