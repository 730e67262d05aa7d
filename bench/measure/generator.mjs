import { fork } from 'node:child_process';
import { cpuClock, coresBetween } from './cpu.mjs';

const START_SECONDS = 60;

/**
 * Runs a load generator in a process of its own and measures CPU while it counts.
 *
 * @param {{ run: ReturnType<typeof import('./bench-run.mjs').createRun>, script: string, job: { warmup: number, seconds: number }, leaders: Record<string, number> }} options
 *   `leaders`: the processes whose CPU is wanted, by name
 * @returns {Promise<object>} the generator's result, with `cores`
 */
export function generate({ run, script, job, leaders }) {
  // A group of its own, so that its CPU can be told from the driver's and Ctrl-C is the driver's business.
  const child = fork(script, [], { detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  run.onStop(() => child.exitCode === null && child.kill('SIGKILL'));
  const limit = (START_SECONDS + job.warmup + job.seconds) * 1000;
  return new Promise((resolve, reject) => {
    let before = null;
    let cores = null;
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`The load generator did not finish within ${limit / 1000} s`));
    }, limit);
    child.on('message', (message) => {
      if (message.type === 'counting') before = cpuClock();
      if (message.type === 'counted') cores = coresBetween(before, cpuClock(), { ...leaders, generator: child.pid });
      if (message.type === 'result') resolve({ ...message.result, cores });
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`The load generator ended early (${signal ?? code})`));
    });
    child.send(job);
  });
}
