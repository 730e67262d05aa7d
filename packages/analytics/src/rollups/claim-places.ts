import type { ProjectContext } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import { PlacesKind } from './rollups.model.ts';

/** A list with a limited number of places, and those who want one. */
export interface PlaceClaim {
  readonly list: string;
  readonly values: ReadonlySet<string>;
}

const ATTEMPTS = 10;

/**
 * Gives places to the values that come first, for ever: whoever asks again, also after a crash or at the same time in another
 * process, gets the same answer. A value has a place when it is among the first `places` of its list. A list is extended only
 * while it is not full, and never reordered, so an answer that was given once stays true.
 * @returns for each list the values that have a place.
 */
export async function claimPlaces(
  { store, context }: { store: Store; context: ProjectContext },
  claims: readonly PlaceClaim[],
  places: number,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const kind = store.kind(context, PlacesKind);
  const decided = new Map<string, ReadonlySet<string>>();
  if (claims.length === 0) return decided;
  let open = claims;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const rows = await kind.find({ id: { $in: open.map(({ list }) => list) } });
    const stored = new Map(rows.map(({ id, values }) => [id, values.slice(0, places)]));
    const undecided: PlaceClaim[] = [];
    for (const claim of open) {
      const holders = new Set(stored.get(claim.list) ?? []);
      if (holders.size >= places || [...claim.values].every((value) => holders.has(value))) decided.set(claim.list, holders);
      else undecided.push(claim);
    }
    if (undecided.length === 0) return decided;
    open = undecided;
    await kind.bulkUpdate(
      open.map(({ list, values }) => ({
        filter: { id: list, [`values.${places - 1}`]: { $exists: false } },
        update: { $addToSet: { values: { $each: [...values].slice(0, places) } } },
        upsert: true,
      })),
    );
  }
  throw new Error(`the places of ${open.length} lists are fought over`);
}
