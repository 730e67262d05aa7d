import type { UserId } from '@mainstay/kernel';
import { defineKind } from '@mainstay/store';

/** What is left to do for a user who was deleted or merged. */
export interface UserWorkRow {
  /** `<type>-<user>`. */
  readonly id: string;
  readonly type: 'erase' | 'merge';
  readonly userId: UserId;
  /** Who gets what was the user's. */
  readonly intoId: UserId | null;
  readonly state: 'running' | 'done';
  /** The keepers that are through. */
  readonly done: readonly string[];
  /** Where the keeper that works now is. */
  readonly cursor: string | null;
  /** Counts the steps: of two workers at the same step one is counted. */
  readonly revision: number;
  readonly counts: Readonly<Record<string, { readonly changed: number; readonly failed: number }>>;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly expiresAt: Date;
}
export const UserWorkKind = defineKind<UserWorkRow>({
  name: 'userWork',
  indexes: [{ fields: { state: 1, createdAt: 1 } }, { fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});
