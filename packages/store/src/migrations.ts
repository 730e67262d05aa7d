import type { Logger } from '@mainstay/kernel';
import type { Db } from 'mongodb';
import type { Leases } from './leases.ts';

const LEASE_MS = 30_000;
const WAIT_MS = 200;
/** How long a process waits for another one that migrates. */
const PATIENCE_MS = 120_000;

/** A change of stored data that runs once per installation, forward only, and may be run again after a crash. */
export interface Migration {
  /** `<date>-<module>-<what>`; never changed once released. */
  readonly id: string;
  readonly run: () => Promise<void>;
}

interface MigrationRow {
  readonly _id: string;
  readonly doneAt: Date;
}

/** Runs the migrations that have not run yet, in the order given, in one process at a time; the others wait. */
export async function runMigrations(
  migrations: readonly Migration[],
  options: { controlDatabase: Db; leases: Leases; log: Logger },
): Promise<void> {
  const rows = options.controlDatabase.collection<MigrationRow>('migrations');
  const done = new Set((await rows.find().toArray()).map(({ _id }) => _id));
  if (migrations.every(({ id }) => done.has(id))) return;
  const lease = await waitForLease(options.leases);
  try {
    const doneNow = new Set((await rows.find().toArray()).map(({ _id }) => _id));
    for (const migration of migrations) {
      if (doneNow.has(migration.id)) continue;
      await options.leases.acquire('migrations', LEASE_MS);
      await migration.run();
      await rows.updateOne({ _id: migration.id }, { $set: { doneAt: new Date() } }, { upsert: true });
      options.log.info({ migration: migration.id }, 'migration done');
    }
  } finally {
    await options.leases.release(lease);
  }
}

async function waitForLease(leases: Leases) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const lease = await leases.acquire('migrations', LEASE_MS);
    if (lease !== null) return lease;
    if (Date.now() > deadline) throw new Error('another process holds the migration lease');
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}
