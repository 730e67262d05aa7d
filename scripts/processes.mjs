import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * A process as it can be recognised again later: a pid alone is reused by the system, a pid with its start time is not.
 *
 * @returns {{ pid: number, startedAt: string } | null} null when no such process runs
 */
export function identify(pid) {
  const startedAt = process.platform === 'linux' ? startTimeOnLinux(pid) : startTimeFromPs(pid);
  return startedAt === null ? null : { pid, startedAt };
}

/** Whether exactly this process, and not a later one with the same pid, still runs. */
export function isAlive(known) {
  return known?.pid !== undefined && identify(known.pid)?.startedAt === known.startedAt;
}

/**
 * Ends a process that this launcher, or a dead one before it, started: SIGTERM, then SIGKILL after `graceSeconds`.
 * Does nothing when the pid belongs to another process by now.
 */
export async function endProcess(known, graceSeconds = 10) {
  if (!isAlive(known)) return;
  signal(known.pid, 'SIGTERM');
  if (await goneWithin(known, graceSeconds)) return;
  signal(known.pid, 'SIGKILL');
  await goneWithin(known, 5);
}

async function goneWithin(known, seconds) {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    if (!isAlive(known)) return true;
    await pause(25);
  }
  return !isAlive(known);
}

/** Signals every process of the group that `pid` was started to lead; nothing when none is left. */
export function signalGroup(pid, name) {
  signal(-pid, name);
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function startTimeOnLinux(pid) {
  try {
    // proc(5): the command in parentheses may hold blanks, so count the fields after the last one. Field 3 is the state, 22 the start.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    // The start is counted in ticks since the boot, so it says nothing without knowing which boot.
    return `${fields[19]}@${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}`;
  } catch {
    return null;
  }
}

function startTimeFromPs(pid) {
  try {
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || null
    );
  } catch {
    return null;
  }
}
