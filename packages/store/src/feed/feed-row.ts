import type { ProjectId } from '@mainstay/kernel';
import type { Binary } from 'mongodb';
import type { FeedEvent } from './feed-event.ts';

/** A feed event as stored: `_id` is `<project>:<sequence in 12 digits>`, so that a range of ids is a range of sequences. */
export type FeedRow = Omit<FeedEvent, 'project' | 'sequence'> & {
  readonly _id: string;
  readonly p: ProjectId;
  /** Where its change stands in the change stream: the bytes of its resume token, which sort as the changes do. */
  readonly place?: Binary;
};

const SEQUENCE_DIGITS = 12;

export function rowId(project: ProjectId, sequence: number): string {
  return `${project}:${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;
}

/** The ids of a project's events after a sequence, up to another one. */
export function rowRange(project: ProjectId, after: number, until = 10 ** SEQUENCE_DIGITS - 1): { $gt: string; $lte: string } {
  return { $gt: rowId(project, after), $lte: rowId(project, until) };
}

export function sequenceOf({ _id }: Pick<FeedRow, '_id'>): number {
  return Number(_id.slice(-SEQUENCE_DIGITS));
}

export function eventOf({ _id, p, place: _, ...event }: FeedRow): FeedEvent {
  return { ...event, project: p, sequence: Number(_id.slice(-SEQUENCE_DIGITS)) };
}
