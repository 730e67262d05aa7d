import { defineKind } from '@mainstay/store';

/** The answer to a request with an Idempotency-Key, or the note that it is being worked on. */
export interface IdempotencyRow {
  /** SHA-256 of principal, method, path and key. */
  readonly id: string;
  readonly bodyHash: string;
  readonly state: 'pending' | 'done';
  readonly status: number | null;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Until then another request with the key must wait; afterwards its worker is believed dead. */
  readonly pendingUntil: Date;
  readonly expiresAt: Date;
}

export const IdempotencyKind = defineKind<IdempotencyRow>({
  name: 'idempotency',
  indexes: [{ fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});
