import type { UserId } from '@mainstay/kernel';
import { defineKind } from '@mainstay/store';
import type { AuthEventType } from './events.schema.ts';

/** Something that happened to a user, until its time is over. */
export interface AuthEventRow {
  readonly id: string;
  readonly type: AuthEventType;
  /** Null for an attempt that fits nobody. */
  readonly userId: UserId | null;
  readonly at: Date;
  readonly actor: string;
  readonly method: string | null;
  readonly ip: string;
  readonly userAgent: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** Whether the audit log and analytics have it. */
  readonly isTold: boolean;
  readonly expiresAt: Date;
}
export const AuthEventKind = defineKind<AuthEventRow>({
  name: 'authEvents',
  indexes: [
    { fields: { userId: 1, at: -1 } },
    { fields: { at: 1 }, where: { isTold: false } },
    { fields: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ],
});
