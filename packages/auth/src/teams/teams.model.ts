import type { UserId } from '@mainstay/kernel';
import { defineKind } from '@mainstay/store';

/** A group of users that runs itself. */
export interface TeamRow {
  readonly id: string;
  readonly name: string;
  /** Roles besides owner, admin and member. */
  readonly customRoles: readonly string[];
  readonly createdAt: Date;
  /** Changes of who owns the team wait for each other at it, so that never two owners leave at once. */
  readonly ownersChanged: number;
}
export const TeamKind = defineKind<TeamRow>({ name: 'teams', indexes: [{ fields: { createdAt: -1 } }] });

/** A user's place in a team; the id is `<team>:<user>`. */
export interface TeamMemberRow {
  readonly id: string;
  readonly teamId: string;
  readonly userId: UserId;
  readonly role: string;
  readonly createdAt: Date;
}
export const TeamMemberKind = defineKind<TeamMemberRow>({
  name: 'teamMembers',
  indexes: [{ fields: { userId: 1 } }, { fields: { teamId: 1, createdAt: 1 } }, { fields: { teamId: 1, role: 1 } }],
});

/** A way into a team by e-mail, once; the id is the SHA-256 of its token. */
export interface TeamInvitationRow {
  readonly id: string;
  /** Names it in lists and addresses, where the hash does not belong. */
  readonly handle: string;
  readonly teamId: string;
  readonly email: string;
  readonly role: string;
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}
export const TeamInvitationKind = defineKind<TeamInvitationRow>({
  name: 'teamInvitations',
  indexes: [
    { fields: { teamId: 1, email: 1 }, unique: true },
    { fields: { handle: 1 } },
    { fields: { email: 1 } },
    { fields: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ],
});
