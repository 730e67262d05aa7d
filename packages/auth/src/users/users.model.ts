import type { UserId } from '@mainstay/kernel';
import { defineKind } from '@mainstay/store';

/** A user of a project. */
export interface UserRow {
  readonly id: UserId;
  /** Absent on anonymous users: the index on it is unique. */
  readonly email?: string;
  /** Absent on most: the index on it is unique. */
  readonly username?: string;
  readonly emailVerified: boolean;
  /** True where somebody else has vouched for the user, or a passkey signs it in: without address and name it is not anonymous. */
  readonly vouched?: boolean;
  /** When a way in was last taken from the user; changes to them wait for each other at it. */
  readonly waysInChangedAt?: Date;
  readonly name: string | null;
  /** The name in lower case from each of its words on, by which it is found; absent without a name. */
  readonly nameKeys?: readonly string[];
  readonly passwordHash: string | null;
  readonly roles: readonly string[];
  /** What the project's own server says of the user; absent is nothing. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** What the user tells of themself, by field; absent is nothing. */
  readonly profile?: Readonly<Record<string, unknown>>;
  /** The user whom this one is being merged into. */
  readonly mergedInto?: UserId;
  readonly blocked: boolean;
  readonly createdAt: Date;
  readonly lastSeenAt: Date | null;
}
export const UserKind = defineKind<UserRow>({
  name: 'users',
  indexes: [
    { fields: { email: 1 }, unique: true, where: { email: { $exists: true } } },
    { fields: { username: 1 }, unique: true, where: { username: { $exists: true } } },
    { fields: { createdAt: -1 } },
    { fields: { roles: 1 } },
    { fields: { nameKeys: 1 } },
  ],
});

/** A named set of users. The names also lie with each user, where every request reads them. */
export interface RoleRow {
  /** The name. */
  readonly id: string;
  /** Roles whose users have this one as well; absent on most. */
  readonly roles?: readonly string[];
  readonly createdAt: Date;
}
export const RoleKind = defineKind<RoleRow>({ name: 'roles' });

/** Counts the changes of which role holds which: two at once, which together would make a circle, meet here. */
export interface RoleGraphRow {
  readonly id: string;
  readonly changes: number;
}
export const RoleGraphKind = defineKind<RoleGraphRow>({ name: 'roleGraphs' });
