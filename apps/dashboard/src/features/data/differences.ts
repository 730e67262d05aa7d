import type { HistoryChange } from './history-shapes.ts';

const MOVING = new Set(['updatedAt', 'version']);

/** The fields that differ between two states of a document, by name. What changes with every write is left out. */
export function differences(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): readonly HistoryChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !MOVING.has(name));
  return names
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .sort()
    .map((field) => ({ field, before: before[field], after: after[field] }));
}
