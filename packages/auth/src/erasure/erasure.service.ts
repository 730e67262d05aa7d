import type { Frame } from '@mainstay/host';
import type { ProjectContext, UserId } from '@mainstay/kernel';
import type { UserWorkRow } from './erasure.model.ts';
import { UserWorkKind } from './erasure.model.ts';
import { userWorkNotFound } from './erasure.problems.ts';
import type { UserWork } from './erasure.schema.ts';

export const ERASE_JOB = 'finish-users';
const KEPT_MS = 30 * 86_400_000;

/** What a keeper is asked: the user who goes, and who gets what was theirs (null: nobody). */
export interface Leaving {
  readonly userId: UserId;
  readonly intoId: UserId | null;
  /** Where its last run ended. */
  readonly cursor: string | null;
}

/** How far a keeper came; a null cursor is the end. */
export interface KeeperProgress {
  readonly cursor: string | null;
  readonly changed: number;
  readonly failed: number;
}

/** Somebody who keeps things of users. May be asked the same twice: what is done already is left as it is. */
export interface Keeper {
  readonly name: string;
  readonly run: (context: ProjectContext, leaving: Leaving, isTimeUp: () => boolean) => Promise<KeeperProgress>;
}

/**
 * What is left to do when a user goes. The list of it is stored before the user is gone, and each keeper is asked until it is through,
 * whatever is killed meanwhile.
 */
export function createErasure({ store, jobs, clock }: Frame) {
  const rowsOf = (context: ProjectContext) => store.kind(context, UserWorkKind);
  const keepers: Keeper[] = [];
  const lastKeepers: Keeper[] = [];

  async function step(context: ProjectContext, row: UserWorkRow, isTimeUp: () => boolean): Promise<void> {
    const keeper = [...keepers, ...lastKeepers].find(({ name }) => !row.done.includes(name));
    const next = { $inc: { revision: 1 } };
    const same = { id: row.id, revision: row.revision };
    if (keeper === undefined) {
      await rowsOf(context).update(same, { ...next, $set: { state: 'done', endedAt: new Date(clock.now()) } });
      return;
    }
    const { userId, intoId } = row;
    const { cursor, changed, failed } = await keeper.run(context, { userId, intoId, cursor: row.cursor }, isTimeUp);
    const { name } = keeper;
    const counted = { [`counts.${name}.changed`]: changed, [`counts.${name}.failed`]: failed };
    const isThrough = cursor === null ? { $push: { done: name } } : {};
    await rowsOf(context).update(same, { $inc: { revision: 1, ...counted }, $set: { cursor }, ...isThrough });
  }

  return {
    /** Adds somebody who keeps things of users; they are asked in this order. Called once at start. */
    addKeeper(keeper: Keeper): void {
      keepers.push(keeper);
    },

    /** Adds somebody who is asked after all others. */
    addLastKeeper(keeper: Keeper): void {
      lastKeepers.push(keeper);
    },

    /** Notes what is to do. Call it before the user is gone. */
    async begin(context: ProjectContext, { userId, intoId }: { userId: UserId; intoId: UserId | null }): Promise<UserWork> {
      const type = intoId === null ? 'erase' : 'merge';
      const now = clock.now();
      const row: Omit<UserWorkRow, 'id'> = {
        type,
        userId,
        intoId,
        state: 'running',
        done: [],
        cursor: null,
        revision: now,
        counts: {},
        createdAt: new Date(now),
        endedAt: null,
        expiresAt: new Date(now + KEPT_MS),
      };
      await rowsOf(context).update({ id: `${type}-${userId}` }, { $set: row }, { upsert: true });
      await jobs.ticket(context, ERASE_JOB);
      return present({ id: '', ...row });
    },

    /** How far it is. @throws userWorkNotFound */
    async get(context: ProjectContext, userId: string): Promise<UserWork> {
      const found = await rowsOf(context).find(
        { id: { $in: [`erase-${userId}`, `merge-${userId}`] } },
        { sort: { createdAt: -1 }, limit: 1 },
      );
      const [row] = found;
      if (row === undefined) throw userWorkNotFound();
      return present(row);
    },

    /** Goes on with the oldest until the time is up; whether more is left. */
    async work(context: ProjectContext, isTimeUp: () => boolean): Promise<'more' | 'done'> {
      for (;;) {
        const row = await rowsOf(context).findOne({ state: 'running' }, { sort: { createdAt: 1 } });
        if (row === null) return 'done';
        if (isTimeUp()) return 'more';
        await step(context, row, isTimeUp);
      }
    },
  };
}
export type Erasure = ReturnType<typeof createErasure>;

function present({ type, userId, intoId, state, counts, createdAt, endedAt }: UserWorkRow): UserWork {
  return {
    type,
    userId,
    intoId,
    state,
    counts: { ...counts },
    createdAt: createdAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}
