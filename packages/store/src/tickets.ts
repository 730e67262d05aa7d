import type { ProjectId } from '@mainstay/kernel';
import type { Collection, Db } from 'mongodb';
import { writing } from './write-errors.ts';

interface TicketRow {
  readonly _id: string;
  readonly p: ProjectId;
  readonly kind: string;
  /** When the project's work of this kind should next be looked at. */
  readonly dueAt: Date;
  readonly markedAt: Date;
}

/** A due look at one project's work list. */
export interface DueTicket {
  readonly kind: string;
  readonly project: ProjectId;
}

/** Without a new mark for this long, the ticket is forgotten. */
const FORGET_AFTER_MS = 10 * 60_000;
/** A project that was marked lately is looked at again this often, in case a mark and a run crossed. */
const RECHECK_MS = 60_000;

/**
 * Which projects have work of which kind, in the control database. Redis holds only copies: when it is lost,
 * the sweeper makes them again from here.
 */
export class TicketRows {
  readonly #rows: Collection<TicketRow>;

  constructor(controlDatabase: Db) {
    this.#rows = controlDatabase.collection<TicketRow>('tickets');
  }

  async prepare(): Promise<void> {
    await this.#rows.createIndex({ dueAt: 1 });
  }

  /** Notes that the project has work of this kind, due at `dueAt` or before. */
  async mark(kind: string, project: ProjectId, dueAt: Date): Promise<void> {
    await writing(() =>
      this.#rows.updateOne(
        { _id: `${kind}:${project}` },
        { $min: { dueAt }, $max: { markedAt: dueAt }, $setOnInsert: { p: project, kind } },
        { upsert: true },
      ),
    );
  }

  /** Notes that a run found nothing more to do: looked at again in a minute, and forgotten after ten without a mark. */
  async rest(kind: string, project: ProjectId, nowMs: number): Promise<void> {
    const _id = `${kind}:${project}`;
    const removed = await this.#rows.deleteOne({ _id, markedAt: { $lt: new Date(nowMs - FORGET_AFTER_MS) } });
    if (removed.deletedCount > 0) return;
    await this.#rows.updateOne({ _id, dueAt: { $lte: new Date(nowMs) } }, { $set: { dueAt: new Date(nowMs + RECHECK_MS) } });
  }

  /** Forgets the work of a project that is gone. */
  async forget(project: ProjectId): Promise<void> {
    await writing(() => this.#rows.deleteMany({ p: project }));
  }

  /** The tickets that are due, the longest due first. */
  async due(nowMs: number, limit: number): Promise<DueTicket[]> {
    const rows = await this.#rows.find({ dueAt: { $lte: new Date(nowMs) } }, { sort: { dueAt: 1 }, limit }).toArray();
    return rows.map(({ kind, p }) => ({ kind, project: p }));
  }
}
