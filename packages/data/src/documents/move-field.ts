import type { StoredDocument } from '@mainstay/store';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import type { CheckedUpdate } from './check-update.ts';

/** A stage of an update that copies a field to another name; without the one there is no other. */
export const copyStage = (from: string, to: string) => ({
  $set: { [to]: { $cond: [{ $eq: [{ $type: `$${from}` }, 'missing'] }, '$$REMOVE', `$${from}`] } },
});

/** While a field moves, a new document has it under both names. */
export function withMove({ move }: CompiledCollection, document: StoredDocument): StoredDocument {
  if (move?.phase !== 'copy' || !Object.hasOwn(document, move.from)) return document;
  return { ...document, [move.to]: document[move.from] };
}

/** The second step of a change of a field that moves, in the same transaction; null where none is needed. */
export function moveAfter({ move }: CompiledCollection, { touched }: CheckedUpdate): object[] | null {
  return move?.phase === 'copy' && touched.has(move.from) ? [copyStage(move.from, move.to)] : null;
}

/** Once a field has its new name, a write takes away what was stored under the old one. */
export function leavingBehind({ move }: CompiledCollection, checked: CheckedUpdate): CheckedUpdate {
  if (move?.phase !== 'drop' || !checked.touched.has(move.to)) return checked;
  const { update } = checked;
  return { ...checked, update: { ...update, $unset: { ...update['$unset'], [move.from]: '' } } };
}
