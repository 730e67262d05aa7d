import type { EventRow } from '../ingest/ingest.model.ts';
import type { Delta } from '../rollups/apply-once.ts';
import type { PlaceClaim } from '../rollups/claim-places.ts';
import { keyOf } from '../rollups/fold-chunk.ts';
import { escapeTrait } from './persons.model.ts';

/** The project's list of trait names, so that nobody can grow a person without end. */
export const TRAIT_NAMES = 'traits';

/** The trait names that a chunk brings. */
export function traitsNeeded(events: readonly EventRow[]): PlaceClaim[] {
  const values = new Set<string>();
  for (const { type, traits = {} } of events) if (type === 'identify') for (const name of Object.keys(traits)) values.add(name);
  return values.size === 0 ? [] : [{ list: TRAIT_NAMES, values }];
}

/** What the `identify` calls of a chunk say, one delta per user. Later calls win over earlier ones of the same chunk. */
export function foldPersons(events: readonly EventRow[], kept: ReadonlySet<string>): Delta[] {
  const persons = new Map<string, { traits: Record<string, unknown>; first: Date; last: Date }>();
  const inOrder = [...events].sort((a, b) => a.at.getTime() - b.at.getTime());
  for (const { type, userId, traits = {}, at } of inOrder) {
    if (type !== 'identify' || userId === null) continue;
    const person = persons.get(userId) ?? { traits: {}, first: at, last: at };
    for (const [name, value] of Object.entries(traits)) if (kept.has(name)) person.traits[`traits.${escapeTrait(name)}`] = value;
    persons.set(userId, { ...person, last: at });
  }
  return [...persons].map(([userId, { traits, first, last }]) => ({
    id: keyOf(userId),
    update: { $set: traits, $min: { firstSeenAt: first }, $max: { lastSeenAt: last }, $setOnInsert: { userId } },
  }));
}
