import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const linux = process.platform === 'linux';
const ticksPerSecond = linux ? Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) : 0;

/**
 * CPU time by process group since the boot. Every server is started as the leader of a group, so what its children use counts as its own.
 * Null where there is no /proc.
 *
 * @returns {{ at: number, groups: Map<number, number>, busy: number } | null} seconds
 */
export function cpuClock() {
  if (!linux) return null;
  const groups = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name);
    if (fields === null) continue;
    // proc(5), counted after the command: 2 is the group, 11 and 12 are user and system time.
    const group = Number(fields[2]);
    groups.set(group, (groups.get(group) ?? 0) + (Number(fields[11]) + Number(fields[12])) / ticksPerSecond);
  }
  const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
  return { at: performance.now() / 1000, groups, busy: (user + nice + system + irq + softirq) / ticksPerSecond };
}

/**
 * Cores that were used between two clocks: by each named process (its group's leader), and `foreign`, by everything that is not named.
 *
 * @param {Record<string, number>} leaders name → pid
 */
export function coresBetween(before, after, leaders) {
  if (!before || !after) return null;
  const seconds = after.at - before.at;
  const cores = {};
  let known = 0;
  for (const [name, pid] of Object.entries(leaders)) {
    const used = ((after.groups.get(pid) ?? 0) - (before.groups.get(pid) ?? 0)) / seconds;
    cores[name] = used;
    known += used;
  }
  return { ...cores, foreign: Math.max(0, (after.busy - before.busy) / seconds - known) };
}

/** Resident memory of a process in MB; null where there is no /proc or no such process. */
export function residentMegabytes(pid) {
  if (!linux) return null;
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes ? Number(kilobytes) / 1024 : null;
  } catch {
    return null;
  }
}

function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    // It ended since the directory was read.
    return null;
  }
}
