import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const KEPT_OUTPUT = 20_000;

/**
 * Runs a command to its end. Never rejects: a program that is missing answers `code: null` with the reason in `output`.
 *
 * `timeoutSeconds` bounds the whole run. `watch` and `idleSeconds` end a download early that brings nothing: the command is killed when
 * the files below `watch` have not grown for that long. `show` passes the output on to stderr while it comes.
 *
 * @returns {Promise<{ code: number | null, output: string, why?: string }>} the last 20,000 characters of both streams
 */
export function runCommand(command, args, options = {}) {
  const { cwd, env, timeoutSeconds = 600, watch, idleSeconds = 10, show = false } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let why;
    const end = (reason) => {
      why ??= reason;
      child.kill('SIGKILL');
    };
    const timers = [setTimeout(() => end(`gave up after ${timeoutSeconds} s`), timeoutSeconds * 1000)];
    if (watch) timers.push(watchGrowth(watch, idleSeconds, () => end(`nothing arrived for ${idleSeconds} s`)));
    const take = (chunk) => {
      output = (output + chunk).slice(-KEPT_OUTPUT);
      if (show) process.stderr.write(chunk);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    const settle = (code) => {
      for (const timer of timers) clearTimeout(timer);
      resolve({ code, output, ...(why === undefined ? {} : { why }) });
    };
    child.on('error', (error) => {
      output += error.message;
      why ??= error.code === 'ENOENT' ? `${command} is not installed` : error.message;
      settle(null);
    });
    child.on('close', settle);
  });
}

function watchGrowth(directory, idleSeconds, onIdle) {
  let last = -1;
  return setInterval(() => {
    const size = sizeBelow(directory);
    if (size === last) onIdle();
    last = size;
  }, idleSeconds * 1000);
}

function sizeBelow(path) {
  try {
    const entry = statSync(path);
    if (!entry.isDirectory()) return entry.size;
    return readdirSync(path).reduce((sum, name) => sum + sizeBelow(join(path, name)), 0);
  } catch {
    // A file that vanished between listing and looking: a download being renamed.
    return 0;
  }
}
