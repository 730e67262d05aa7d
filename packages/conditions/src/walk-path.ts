import { isRecord } from './data.ts';

/** Asks a test about a value, `undefined` where it is missing, together with the operand of this evaluation. */
export type ValueTest<Operand> = (value: unknown, operand: Operand) => boolean;

/** A path, the test for the values there, and whether an array at its end is tested element by element as well as whole. */
export interface PathWalk<Operand> {
  readonly segments: readonly string[];
  readonly test: ValueTest<Operand>;
  readonly elements: boolean;
}

/**
 * Whether any of the values that MongoDB finds at a path passes the test. Follows BSONElementIterator of mongod's matcher
 * (src/mongo/db/matcher/path.cpp): arrays on the way are searched for documents, and for elements at a numeric segment, which is
 * both an index and a key; an array on the way that has neither yields nothing, not even "missing".
 */
export function walkPath<Operand>({ segments, test, elements }: PathWalk<Operand>): ValueTest<Operand> {
  const last = segments.length - 1;

  function atEnd(value: unknown, operand: Operand): boolean {
    if (elements && Array.isArray(value)) for (const element of value) if (test(element, operand)) return true;
    return test(value, operand);
  }

  function inDocument(document: unknown, index: number, operand: Operand): boolean {
    const value = readOwn(document, segments[index] ?? '');
    if (index === last) return atEnd(value, operand);
    if (Array.isArray(value)) return inArray(value, index + 1, operand);
    return isRecord(value) ? inDocument(value, index + 1, operand) : test(undefined, operand);
  }

  function inArray(array: readonly unknown[], index: number, operand: Operand): boolean {
    const segment = segments[index];
    for (const [position, element] of array.entries()) {
      if (isRecord(element) && inDocument(element, index, operand)) return true;
      if (String(position) === segment && atPosition(element, index, operand)) return true;
    }
    return false;
  }

  function atPosition(element: unknown, index: number, operand: Operand): boolean {
    if (index === last) return test(element, operand);
    if (Array.isArray(element)) return inArray(element, index + 1, operand);
    return isRecord(element) && inDocument(element, index + 1, operand);
  }

  if (last < 0) return test;
  if (last > 0) return (document, operand) => inDocument(document, 0, operand);
  const [key = ''] = segments;
  // The path of most rules and filters: one field that holds one value.
  return (document, operand) => {
    const value = readOwn(document, key);
    return typeof value === 'object' ? atEnd(value, operand) : test(value, operand);
  };
}

// Own properties only: a document without the field "toString" has no such field.
function readOwn(document: unknown, key: string): unknown {
  return typeof document === 'object' && document !== null && Object.hasOwn(document, key)
    ? (document as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
