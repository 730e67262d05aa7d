import type { Logger, Project, ProjectContext, ProjectId } from '@mainstay/kernel';
import { createId, createLogger, systemClock, systemContext } from '@mainstay/kernel';
import type { Frame } from '@mainstay/host';
import { createFrame } from '@mainstay/host';
import { StoreSettings } from '@mainstay/store';
import { Writable } from 'node:stream';
import { testServices } from './test-services.ts';

/** A frame of its own: databases and Redis keys with a prefix that nobody else has. */
export interface TestFrame {
  readonly frame: Frame;
  readonly log: Logger;
  /** Every line that was logged so far, as objects. */
  readonly logged: readonly Record<string, unknown>[];
  /** Commands on pooled collections that did not name their project. Must stay empty. */
  readonly leaks: readonly string[];
  /** Counts the data commands that MongoDB gets while `run` runs. */
  countCommands(run: () => Promise<unknown>): Promise<number>;
  /** Drops everything that the frame made. Its stores must be ended before by whoever runs them, or with `endStores`. */
  destroy(): Promise<void>;
}

/** What the feed reader and the sweeper do by the clock, whatever a request costs. */
const HOUSEKEEPING = new Set(['leases', 'feed', 'feedHeads', 'feedState', 'tickets', 'migrations']);

/** Limits that no test meets by accident. */
const WIDE_LIMITS = {
  requestsPerSecond: 1_000_000,
  storageBytes: 1_000_000_000,
  connections: 100_000,
  messagesPerSecond: 1_000_000,
  eventsPerSecond: 1_000_000,
  collections: 1_000,
};

/** A project that exists in no control database: for tests of services that take a context. */
export function aProject(overrides: Partial<Project> = {}): Project {
  const id = createId<ProjectId>();
  return { id, organizationId: createId(), name: 'Test', slug: `test-${id}`, limits: WIDE_LIMITS, origins: [], ...overrides };
}

/** A context of Mainstay itself for a project. */
export function aContext(project: Project, log: Logger): ProjectContext {
  return systemContext(project, 'test', log);
}

/** Opens real stores under a fresh prefix. */
export async function createTestFrame(options: { prefix?: string } = {}): Promise<TestFrame> {
  const logged: Record<string, unknown>[] = [];
  const log = createLogger({ level: 'info', destination: collectLines(logged) });
  const prefix = options.prefix ?? `t${createId()}_`.slice(0, 22);
  const settings = StoreSettings.parse({ databasePrefix: prefix });
  const frame = await createFrame({ ...testServices(), settings: { store: settings }, clock: systemClock, log, monitorCommands: true });
  const leaks: string[] = [];
  let commands = 0;
  frame.store.observe((command, leak) => {
    if (command.collection !== '' && !HOUSEKEEPING.has(command.collection)) commands += 1;
    if (leak !== null) leaks.push(leak);
  });
  return {
    frame,
    log,
    logged,
    leaks,
    async countCommands(run) {
      const before = commands;
      await run();
      return commands - before;
    },
    async destroy() {
      const again = await createFrame({ ...testServices(), settings: { store: settings }, clock: systemClock, log });
      await again.store.destroy();
      await again.jobs.obliterate();
      await again.jobs.asPart().stop?.();
      await again.store.asPart().stop?.();
    },
  };
}

function collectLines(lines: Record<string, unknown>[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().split('\n').filter(Boolean)) lines.push(JSON.parse(line) as Record<string, unknown>);
      done();
    },
  });
}
