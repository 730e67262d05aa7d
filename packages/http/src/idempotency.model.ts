import { defineKind } from '@mainstay/store';

/** The answer to a request with an Idempotency-Key, or the note that it is being worked on. */
export interface IdempotencyRow {
  /** SHA-256 of principal, method, path and key. */
  readonly id: string;
  /** Of the request's body, under our key: a plain hash could be tried out. */
  readonly bodyDigest: string;
  readonly state: 'pending' | 'done';
  readonly status: number | null;
  /** Body and headers of the answer; null while there is none. */
  readonly sealedAnswer: string | null;
  /** Until then another request with the key must wait; afterwards its worker is believed dead. */
  readonly pendingUntil: Date;
  readonly expiresAt: Date;
}

export const IdempotencyKind = defineKind<IdempotencyRow>({
  name: 'idempotency',
  indexes: [{ fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});
