import type { CompiledCollection } from '../collections/compile-collection.ts';
import { refuseHidden } from '../documents/parse-where.ts';
import { includeNotPossible } from './queries.problems.ts';

/** References to follow: the field's name to what is followed from there. */
export type IncludeTree = ReadonlyMap<string, IncludeTree>;

const MAX_DEPTH = 3;
const MAX_PATHS = 20;

/** `['owner', 'comments.author']` as a tree. @throws includeNotPossible */
export function parseInclude(paths: readonly string[]): IncludeTree {
  const tree = new Map<string, IncludeTree>();
  if (paths.length > MAX_PATHS) throw includeNotPossible({ path: paths.join(','), reason: `give at most ${MAX_PATHS} paths.` });
  for (const path of paths) {
    const segments = path.split('.');
    if (segments.length > MAX_DEPTH) throw includeNotPossible({ path, reason: `follow references at most ${MAX_DEPTH} deep.` });
    let node = tree;
    for (const segment of segments) {
      const next = (node.get(segment) as Map<string, IncludeTree> | undefined) ?? new Map<string, IncludeTree>();
      node.set(segment, next);
      node = next;
    }
  }
  return tree;
}

/** The name of the collection that the field refers to. @throws includeNotPossible, fieldNotReadable */
export function targetOf(collection: CompiledCollection, field: string, isClient: boolean): string {
  const definition = collection.fields.get(field);
  const isReference = definition?.type === 'reference' || (definition?.type === 'array' && definition.of === 'reference');
  if (!isReference || definition.collection === undefined)
    throw includeNotPossible({ path: field, reason: `it is no reference field of ${collection.name}.` });
  if (isClient) refuseHidden(collection, field);
  return definition.collection;
}
