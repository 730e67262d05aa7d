import { defineKind } from '@mainstay/store';

/** An event that a consumer could not handle. Its content stays in the feed. */
export interface DeadLetterRow {
  /** The consumer and the sequence. */
  readonly id: string;
  readonly consumer: string;
  readonly sequence: number;
  readonly type: string;
  readonly collection: string;
  readonly document: string;
  readonly error: string;
  readonly attempts: number;
  readonly isRetried: boolean;
  readonly failedAt: Date;
}

const KEPT_SECONDS = 30 * 86_400;

export const DeadLetterKind = defineKind<DeadLetterRow>({
  name: 'deadLetters',
  indexes: [
    { fields: { failedAt: -1 } },
    { fields: { consumer: 1, isRetried: 1 } },
    { fields: { failedAt: 1 }, expireAfterSeconds: KEPT_SECONDS },
  ],
});
