import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import type { Delivery } from '../delivery/delivery.service.ts';
import { FileKind } from '../files.model.ts';

const SLICE = 20;

/** What becomes of the files of a user who is deleted or merged. */
export function createFileOwners({ store }: Frame, delivery: Pick<Delivery, 'delete'>) {
  const rowsOf = (context: ProjectContext) => store.kind(context, FileKind);

  return {
    /** Deletes the user's files, or gives them to `intoId`. A run that died is simply begun again. @returns how many, and whether none is left */
    async run(
      context: ProjectContext,
      { userId, intoId }: { userId: string; intoId: string | null },
      isTimeUp: () => boolean,
    ): Promise<{ changed: number; isThrough: boolean }> {
      const owner = `user:${userId}`;
      if (intoId !== null) {
        const { modified } = await rowsOf(context).updateMany({ owner }, { $set: { owner: `user:${intoId}` } });
        return { changed: modified, isThrough: true };
      }
      for (let changed = 0; ;) {
        const found = await rowsOf(context).find({ owner }, { limit: SLICE });
        for (const { id } of found) await delivery.delete(context, id);
        changed += found.length;
        if (found.length < SLICE) return { changed, isThrough: true };
        if (isTimeUp()) return { changed, isThrough: false };
      }
    },
  };
}
export type FileOwners = ReturnType<typeof createFileOwners>;
