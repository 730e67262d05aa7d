import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, existsSync, statSync } from 'node:fs';
import { endProcess, identify } from './processes.mjs';

const LOG_LIMIT_BYTES = 20_000_000;

/**
 * Starts a program that serves until it is stopped, with its output in `logFile` and files that only this user may read.
 * It leads a process group of its own, so that Ctrl-C reaches the launcher alone and the launcher decides the order of stopping.
 *
 * @returns {{ pid: number, exited: Promise<string>, hasExited(): boolean, logTail(): string, stop(): Promise<void> }}
 */
export function spawnService(command, args, { logFile, cwd, env = process.env, graceSeconds = 15 }) {
  if (existsSync(logFile) && statSync(logFile).size > LOG_LIMIT_BYTES) rmSync(logFile);
  const log = openSync(logFile, 'a', 0o600);
  // exec keeps the pid, so the process that is recorded and signalled is the program and not the shell.
  const child = spawn('/bin/sh', ['-c', 'umask 077; exec "$@"', 'sh', command, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let over = false;
  const exited = new Promise((resolve) => {
    const end = (reason) => {
      over = true;
      resolve(reason);
    };
    child.on('error', (error) => end(error.message));
    child.on('exit', (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`));
  });
  const known = child.pid === undefined ? null : identify(child.pid);
  return {
    pid: child.pid,
    exited,
    hasExited: () => over,
    logTail: () => readFileSync(logFile, 'utf8').trim().split('\n').slice(-15).join('\n'),
    async stop() {
      if (!over && known) await Promise.race([endProcess(known, graceSeconds), exited]);
    },
  };
}
