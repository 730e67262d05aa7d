import { defineKind } from '@mainstay/store';

/** The job that drains sealed chunks into roll-ups. */
export const ROLL_UP_EVENTS = 'roll-up-events';

/** The dimension of roll-ups that are not divided. */
export const UNDIVIDED = 'none';
/** The value that stands for all values beyond the first hundred of a day. */
export const OTHER_VALUES = '__other__';

/** A cell is a quarter of an hour of UTC: every zone's offset is a multiple of it, so days and hours of any zone are sums of cells. */
export const CELL_MS = 900_000;

/** What happened in a cell: how many events, and the sum of their values. */
export interface Cell {
  readonly n: number;
  readonly sum?: number;
}

/** One day (UTC) of one event name, undivided or of one value of a dimension. */
export interface RollUpRow {
  readonly id: string;
  readonly event: string;
  readonly dimension: string;
  readonly value: string;
  /** `YYYY-MM-DD` in UTC. */
  readonly day: string;
  /** Cells by their number in the day, `0` to `95`; empty ones are absent. */
  readonly q: Readonly<Record<string, Cell>>;
  /** Watermarks: the sequence of the last chunk of each shard that is counted here. */
  readonly w: Readonly<Record<string, number>>;
}

export const RollUpKind = defineKind<RollUpRow>({ name: 'rollUps', indexes: [{ fields: { event: 1, dimension: 1, day: 1 } }] });

/** How far a shard is drained. Its id is the shard. */
export interface CheckpointRow {
  readonly id: string;
  readonly sequence: number;
}

export const CheckpointKind = defineKind<CheckpointRow>({ name: 'rollUpCheckpoints' });

/** The values that came first and have an own place; the order never changes, and a full list never grows. */
export interface PlacesRow {
  readonly id: string;
  readonly values: readonly string[];
}

export const PlacesKind = defineKind<PlacesRow>({ name: 'rollUpPlaces' });

/** Somebody did something on a day (UTC). The row's existence is the fact, so that writing it again changes nothing. */
export interface PersonDayRow {
  readonly id: string;
  readonly event: string;
  readonly day: string;
  /** A hash of the user id, or of the anonymous id of somebody who is not known. */
  readonly person: string;
  readonly expiresAt: Date;
}

export const PersonDayKind = defineKind<PersonDayRow>({
  name: 'personDays',
  indexes: [{ fields: { event: 1, day: 1, person: 1 } }, { fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});
