import type { CollectionDefinition } from './data-shapes.ts';
import { OPERATIONS } from './data-shapes.ts';
import { indexText } from './index-text.ts';

/** One difference between two definitions, for people. */
export interface SchemaChange {
  readonly kind: 'added' | 'changed' | 'removed';
  readonly sentence: string;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

function fieldChanges(before: CollectionDefinition, after: CollectionDefinition): SchemaChange[] {
  const names = new Set([...Object.keys(before.fields), ...Object.keys(after.fields)]);
  return [...names].flatMap((name): SchemaChange[] => {
    const old = before.fields[name];
    const now = after.fields[name];
    if (old === undefined) return [{ kind: 'added', sentence: `Field ${name} (${now?.type ?? ''}) is added.` }];
    if (now === undefined) return [{ kind: 'removed', sentence: `Field ${name} is removed. Its values stay in the documents, unseen.` }];
    return sameField(old, now) ? [] : [{ kind: 'changed', sentence: `Field ${name}: ${JSON.stringify(old)} → ${JSON.stringify(now)}` }];
  });
}

function sameField(a: object, b: object): boolean {
  const sorted = (value: object) =>
    JSON.stringify(
      Object.entries(value)
        .filter(([, entry]) => entry !== false)
        .sort(),
    );
  return sorted(a) === sorted(b);
}

const SWITCHES = [
  ['history', 'History'],
  ['softDelete', 'The trash'],
] as const;

/** What applying a definition changes, in words. */
export function describeSchemaChanges(before: CollectionDefinition, after: CollectionDefinition): readonly SchemaChange[] {
  const old = before.indexes.map(indexText);
  const now = after.indexes.map(indexText);
  return [
    ...fieldChanges(before, after),
    ...now.filter((text) => !old.includes(text)).map((text): SchemaChange => ({ kind: 'added', sentence: `Index ${text} is built.` })),
    ...old.filter((text) => !now.includes(text)).map((text): SchemaChange => ({ kind: 'removed', sentence: `Index ${text} is dropped.` })),
    ...OPERATIONS.filter((operation) => !same(before.rules[operation], after.rules[operation])).map((operation): SchemaChange => ({
      kind: 'changed',
      sentence: `Rule ${operation}: ${JSON.stringify(before.rules[operation] ?? null)} → ${JSON.stringify(after.rules[operation] ?? null)}`,
    })),
    ...((before.mode ?? 'closed') === (after.mode ?? 'closed')
      ? []
      : [{ kind: 'changed', sentence: `The collection becomes ${after.mode ?? 'closed'}.` } as const]),
    ...SWITCHES.filter(([option]) => (before[option] ?? false) !== (after[option] ?? false)).map(([option, label]): SchemaChange => ({
      kind: 'changed',
      sentence: `${label} is switched ${after[option] === true ? 'on' : 'off'}.`,
    })),
    ...((before.onUserDelete ?? 'keep') === (after.onUserDelete ?? 'keep')
      ? []
      : [{ kind: 'changed', sentence: `When a user is deleted: ${after.onUserDelete ?? 'keep'}.` } as const]),
    ...((before.realtime ?? true) === (after.realtime ?? true)
      ? []
      : [{ kind: 'changed', sentence: `Realtime is switched ${after.realtime ? 'on' : 'off'}.` } as const]),
  ];
}
