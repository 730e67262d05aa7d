import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { identify, isAlive } from './processes.mjs';

/**
 * Runs `work` while holding the lock file `path`; others wait for it, whichever process they are in. A lock whose holder died is taken over.
 * `onWait` is called once when somebody else holds it.
 */
export async function withLock(path, work, onWait = () => {}) {
  mkdirSync(dirname(path), { recursive: true });
  for (let waited = 0; !take(path); waited += 1) {
    if (waited === 5) onWait();
    await pause(100);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path) {
  const mine = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(mine, JSON.stringify(identify(process.pid)));
  try {
    // link() fails when the name exists and shows the whole content at once when not: no reader sees a half-written lock.
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    dropIfStale(path, mine);
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function dropIfStale(path, mine) {
  const holder = read(path);
  if (holder === null || isAlive(holder)) return;
  const aside = `${mine}.stale`;
  try {
    renameSync(path, aside);
    // Two waiters may judge the same holder dead; the slower one must give a fresh lock back.
    if (isAlive(read(aside))) linkSync(aside, path);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
