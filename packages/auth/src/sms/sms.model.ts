import type { UserId } from '@mainstay/kernel';
import { defineKind } from '@mainstay/store';
import type { SmsSender } from './sms.schema.ts';

/** How a project sends text messages; the id is always `sms`. */
export interface SmsSenderRow extends Omit<SmsSender, 'headerNames'> {
  readonly id: string;
  /** JSON of the headers: they carry the account's secret. */
  readonly sealedHeaders: string;
}
export const SmsSenderKind = defineKind<SmsSenderRow>({ name: 'smsSenders' });

/** A code for a telephone number: whoever shows it with its handle can read messages to that number. Works once. */
export interface SmsCodeRow {
  /** The hash of the handle that only the requester has. */
  readonly id: string;
  readonly phone: string;
  /** Whose number it is to become; null: it signs in. */
  readonly userId: UserId | null;
  readonly locale: string;
  /** `asked`: nobody has looked yet whether it may be sent; `sending`: somebody does; `dropped`: it may not, or the sender refused. */
  readonly state: 'asked' | 'sending' | 'sent' | 'used' | 'dropped';
  /** When somebody may look at it (again). */
  readonly dueAt: Date;
  /** SHA-256 of handle and code. */
  readonly secretHash: string | null;
  readonly guesses: number;
  readonly tries: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}
export const SmsCodeKind = defineKind<SmsCodeRow>({
  name: 'smsCodes',
  indexes: [{ fields: { state: 1, dueAt: 1 } }, { fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});
