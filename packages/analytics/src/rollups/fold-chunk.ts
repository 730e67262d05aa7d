import { createHash } from 'node:crypto';
import type { EventRow } from '../ingest/ingest.model.ts';
import { NO_VALUE } from '../ingest/read-dimensions.ts';
import type { Delta } from './apply-once.ts';
import type { PlaceClaim } from './claim-places.ts';
import { CELL_MS, OTHER_VALUES, UNDIVIDED } from './rollups.model.ts';

const DAY_MS = 86_400_000;

/** What a roll-up document is about. */
interface Subject {
  readonly event: string;
  readonly dimension: string;
  readonly value: string;
  readonly day: string;
}

/** The UTC day of a time, `YYYY-MM-DD`. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** An id for a key of free texts, whatever they contain. */
export function keyOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}

/** The places that the events of a chunk need: one per value of a dimension, in the list of its event name and day. */
export function placesNeeded(events: readonly EventRow[]): PlaceClaim[] {
  const claims = new Map<string, Set<string>>();
  for (const { event, dimensions, at } of events) {
    if (event === null) continue;
    for (const [dimension, value] of Object.entries(dimensions)) {
      if (value === NO_VALUE) continue;
      const list = keyOf(event, dimension, dayOf(at.getTime()));
      const values = claims.get(list) ?? new Set();
      claims.set(list, values.add(value));
    }
  }
  return [...claims].map(([list, values]) => ({ list, values }));
}

/**
 * Adds the events of a chunk up to one delta per roll-up document.
 * @param places the values that have an own document, per list; the others go to `__other__`.
 */
export function foldChunk(events: readonly EventRow[], places: ReadonlyMap<string, ReadonlySet<string>>): Delta[] {
  const sums = new Map<string, { subject: Subject; cells: Map<number, { n: number; sum: number }> }>();

  function add(subject: Subject, event: EventRow): void {
    const id = keyOf(subject.event, subject.dimension, subject.value, subject.day);
    const entry = sums.get(id) ?? { subject, cells: new Map<number, { n: number; sum: number }>() };
    sums.set(id, entry);
    const number = Math.floor((event.at.getTime() % DAY_MS) / CELL_MS);
    const cell = entry.cells.get(number) ?? { n: 0, sum: 0 };
    entry.cells.set(number, { n: cell.n + 1, sum: cell.sum + (event.value ?? 0) });
  }

  for (const row of events) {
    const { event, dimensions, at } = row;
    if (event === null) continue;
    const day = dayOf(at.getTime());
    add({ event, dimension: UNDIVIDED, value: '', day }, row);
    for (const [dimension, value] of Object.entries(dimensions)) {
      const hasPlace = value === NO_VALUE || places.get(keyOf(event, dimension, day))?.has(value) === true;
      add({ event, dimension, value: hasPlace ? value : OTHER_VALUES, day }, row);
    }
  }
  return [...sums].map(([id, { subject, cells }]) => toDelta(id, subject, cells));
}

function toDelta(id: string, subject: Subject, cells: ReadonlyMap<number, { n: number; sum: number }>): Delta {
  const increments: Record<string, number> = {};
  for (const [number, { n, sum }] of cells) {
    increments[`q.${number}.n`] = n;
    if (sum !== 0) increments[`q.${number}.sum`] = sum;
  }
  return { id, update: { $inc: increments, $setOnInsert: { ...subject } } };
}

/** What the chunk adds to the list of event names. */
export function foldNames(events: readonly EventRow[]): Delta[] {
  const names = new Map<string, { count: number; lastSeenAt: Date }>();
  for (const { event, receivedAt } of events) {
    if (event === null) continue;
    const known = names.get(event) ?? { count: 0, lastSeenAt: receivedAt };
    names.set(event, { count: known.count + 1, lastSeenAt: receivedAt > known.lastSeenAt ? receivedAt : known.lastSeenAt });
  }
  return [...names].map(([event, { count, lastSeenAt }]) => ({
    id: keyOf(event),
    update: { $inc: { count }, $max: { lastSeenAt }, $setOnInsert: { event, createdAt: lastSeenAt } },
  }));
}
