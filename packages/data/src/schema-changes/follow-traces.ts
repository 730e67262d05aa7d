import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import type { KindStore } from '@mainstay/store';
import { RevisionKind, TrashKind } from '../history/history.model.ts';
import type { SchemaChangeRow } from './schema-changes.model.ts';
import { changeOf } from './schema-changes.model.ts';

/**
 * Lets the next `limit` versions and deleted documents follow a field that was renamed or removed: rules look at them by the new name, and
 * what is restored or reverted must be a document of the collection. How many there were; 0 when all have followed. A field of
 * another type stays as it was in them: whoever reverts to such a value is told that it does not fit.
 */
export async function followTraces({ store }: Frame, context: ProjectContext, { row, limit }: { row: SchemaChangeRow; limit: number }) {
  const change = changeOf(row);
  if (change.type === 'retype') return 0;
  const { collection } = row;

  async function follow<R extends { readonly id: string }>(rows: KindStore<R>, part: keyof R & string): Promise<number> {
    const from = `${part}.${change.field}`;
    const found = await rows.find({ collection, [from]: { $exists: true } }, { limit });
    const update = change.type === 'rename' ? { $rename: { [from]: `${part}.${change.to}` } } : { $unset: { [from]: '' } };
    await rows.updateMany({ id: { $in: found.map(({ id }) => id) } }, update);
    return found.length;
  }

  return (await follow(store.kind(context, RevisionKind), 'snapshot')) + (await follow(store.kind(context, TrashKind), 'document'));
}
