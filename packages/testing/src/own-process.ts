import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { until } from './until.ts';

/** A store that was killed reads its journal first, which takes its time on a busy machine. */
const START_PATIENCE_MS = 60_000;

/** A server process that belongs to one test, which may stop, kill and restart it as it likes. */
export interface OwnProcess {
  /** Starts it (again) and waits until it accepts connections. */
  start(): Promise<void>;
  /** Freezes it: connections stay open and nothing answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** SIGKILL, and waits for its end. */
  kill(): Promise<void>;
  /** SIGTERM, and waits for its end. */
  end(): Promise<number | null>;
}

/** A process that listens on a port of 127.0.0.1. It is not started yet. */
export function ownProcess(command: string, args: readonly string[], port: number): OwnProcess {
  let child: ChildProcess | undefined;
  let output = '';
  const stop = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    async start() {
      const started = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      child = started;
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (chunk: Buffer) => {
          output = (output + chunk.toString()).slice(-2_000);
        });
      await until(
        `${command} listens on ${port}`,
        () => {
          if (started.exitCode !== null) throw new Error(`${command} ended with ${started.exitCode}:\n${output}`);
          return accepts(port);
        },
        START_PATIENCE_MS,
      );
    },
    async pause() {
      child?.kill('SIGSTOP');
      await until(`${command} is frozen`, () => isStopped(child?.pid));
    },
    resume: () => Promise.resolve(void child?.kill('SIGCONT')),
    kill: async () => void (await stop('SIGKILL')),
    end: () => stop('SIGTERM'),
  };
}

/** The state of a process as Linux tells it; elsewhere the signal has to be believed. */
function isStopped(pid: number | undefined): boolean {
  const stat = `/proc/${String(pid)}/stat`;
  return !existsSync(stat) || /\) T /.test(readFileSync(stat, 'utf8'));
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** A port of 127.0.0.1 that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
