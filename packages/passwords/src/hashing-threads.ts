import { hash, verify } from '@node-rs/argon2';
import type { Options } from '@node-rs/argon2';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Ours to do: make a hash, or check one. */
export type HashTask = { readonly password: string; readonly cost: Options } | { readonly password: string; readonly against: string };

interface Waiting {
  readonly resolve: (value: string | boolean) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

/**
 * A thread's program, as text because tests run from source. On Linux it steps back behind all others: `/proc/thread-self` names the
 * thread, and a priority can be set for one thread alone. So a busy sign-in leaves the event loop and the database their time.
 */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
try {
  const thread = Number(require('node:fs').readlinkSync('/proc/thread-self').split('/').at(-1));
  require('node:os').setPriority(thread, 10);
} catch {}
const { hashSync, verifySync } = require(workerData.library);
parentPort.on('message', ({ id, password, cost, against }) => {
  try {
    parentPort.postMessage({ id, value: against === undefined ? hashSync(password, cost) : verifySync(against, password) });
  } catch (error) {
    parentPort.postMessage({ id, message: String(error && error.message) });
  }
});`;

/** Threads that hash, started when first needed; none of them keeps the process alive. */
export class HashingThreads {
  readonly #threads: (Thread | undefined)[];
  readonly #library: string | null;
  #next = 0;

  constructor(count: number) {
    this.#threads = Array.from({ length: count }, () => undefined);
    this.#library = findLibrary();
  }

  /** Does the task on the thread that has the least to do. @throws Error as the library does, e.g. for a hash that is none */
  run(task: HashTask): Promise<string | boolean> {
    const library = this.#library;
    // Where the library is not found from the working directory, the pool of the process does it, at its priority.
    if (library === null) return 'against' in task ? verify(task.against, task.password) : hash(task.password, task.cost);
    const { worker, waiting } = this.#leastBusy(library);
    const id = (this.#next += 1);
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, ...task });
    });
  }

  #leastBusy(library: string): Thread {
    const free = this.#threads.findIndex((thread) => thread?.waiting.size === 0);
    const missing = this.#threads.findIndex((thread) => thread === undefined);
    const position = free !== -1 ? free : missing !== -1 ? missing : this.#next % this.#threads.length;
    return (this.#threads[position] ??= this.#start(library, position));
  }

  #start(library: string, position: number): Thread {
    const worker = new Worker(PROGRAM, { eval: true, workerData: { library } });
    const waiting = new Map<number, Waiting>();
    worker.on('message', ({ id, value, message }: { id: number; value: string | boolean; message?: string }) => {
      const caller = waiting.get(id);
      waiting.delete(id);
      // Between tasks it must not keep the process from ending.
      if (waiting.size === 0) worker.unref();
      if (message === undefined) caller?.resolve(value);
      else caller?.reject(new Error(message));
    });
    const end = (error: Error): void => {
      if (this.#threads[position]?.worker === worker) this.#threads[position] = undefined;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    worker.on('error', end);
    worker.on('exit', () => end(new Error('a hashing thread ended')));
    return { worker, waiting };
  }
}

function findLibrary(): string | null {
  try {
    return createRequire(join(process.cwd(), 'package.json')).resolve('@node-rs/argon2');
  } catch {
    return null;
  }
}
