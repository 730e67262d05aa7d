import { Email } from '@mainstay/kernel/schema';
import { z } from 'zod';
import { Locale } from '../auth.schema.ts';

/** The roles that every team has; it may add its own, which are like members to the team itself. */
export const TEAM_ROLES = ['owner', 'admin', 'member'] as const;
const Id = z.string().max(64);
const TeamName = z.string().trim().min(1).max(100);
const TeamRole = z.string().regex(/^[A-Za-z0-9_. -]{1,64}$/, 'A role has 1 to 64 letters, digits, spaces and . _ -');
const CustomRoles = z
  .array(TeamRole)
  .max(50)
  .refine((roles) => !roles.some((role) => (TEAM_ROLES as readonly string[]).includes(role)), 'Every team has owner, admin and member.');

export const Team = z
  .object({
    id: z.string(),
    name: z.string(),
    customRoles: z.array(z.string()),
    /** The caller's own role; null for servers. */
    role: z.string().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Team' });
export type Team = z.infer<typeof Team>;
export const NewTeam = z.strictObject({
  name: TeamName,
  customRoles: CustomRoles.default([]),
  /** For servers, which are in no team themselves. */
  ownerId: Id.optional(),
});
export type NewTeam = z.infer<typeof NewTeam>;
export const TeamPatch = z.strictObject({ name: TeamName.optional(), customRoles: CustomRoles.optional() });
export type TeamPatch = z.infer<typeof TeamPatch>;
export const TeamParams = z.object({ id: Id });
export const TeamQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  cursor: z.string().max(1_000).optional(),
});
export const TeamPage = z.object({ items: z.array(Team), nextCursor: z.string().nullable() });

export const TeamMember = z
  .object({ userId: z.string(), name: z.string().nullable(), role: z.string(), createdAt: z.iso.datetime() })
  .meta({ id: 'TeamMember' });
export type TeamMember = z.infer<typeof TeamMember>;
export const TeamMemberPage = z.object({ items: z.array(TeamMember), nextCursor: z.string().nullable() });
export const TeamMemberParams = z.object({ id: Id, userId: Id });
export const TeamMemberBody = z.strictObject({ role: TeamRole });

export const TeamInvitation = z
  .object({
    id: z.string(),
    email: z.string(),
    role: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'TeamInvitation' });
export type TeamInvitation = z.infer<typeof TeamInvitation>;
export const TeamInvitations = z.object({ items: z.array(TeamInvitation) });
export const NewTeamInvitation = z.strictObject({
  email: Email,
  role: TeamRole.default('member'),
  /** Where the link leads; one of the project's redirectUrls. */
  redirectTo: z.string().max(2_000).optional(),
  locale: Locale.optional(),
});
export type NewTeamInvitation = z.infer<typeof NewTeamInvitation>;
export const TeamInvitationParams = z.object({ id: Id, invitationId: Id });
export const TeamInvitationToken = z.strictObject({ token: z.string().max(200) });
