import type { Frame } from '@mainstay/host';
import { userNeeded } from '@mainstay/http';
import type { ProjectContext } from '@mainstay/kernel';
import { createId, createSecret, nameOf } from '@mainstay/kernel';
import type { Mailer } from '@mainstay/mail';
import type { AttemptGuard } from '@mainstay/passwords';
import { DuplicateKeyError } from '@mainstay/store';
import { linkInvalid } from '../auth.problems.ts';
import type { AuthSettings } from '../auth.settings.ts';
import type { AuthEvents } from '../events/events.service.ts';
import { linkTo } from '../policy/choose-destination.ts';
import type { Policies } from '../policy/policy.service.ts';
import { hashToken } from '../sessions/hash-token.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { Users } from '../users/users.service.ts';
import type { TeamInvitationRow } from './teams.model.ts';
import { TeamInvitationKind, TeamMemberKind } from './teams.model.ts';
import { teamMemberExists, teamMemberNotFound } from './teams.problems.ts';
import type { NewTeamInvitation, Team, TeamInvitation } from './teams.schema.ts';
import type { Teams } from './teams.service.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MAX_LISTED = 1_000;

/** What invitations need besides the frame. */
export interface InvitationsDependencies {
  readonly settings: AuthSettings;
  readonly teams: Teams;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly policies: Policies;
  readonly guard: AttemptGuard;
  readonly mailer: Mailer;
  readonly events: AuthEvents;
}

/** Ways into a team by e-mail: each works once, for the address that it went to. */
export function createInvitations({ store, clock }: Frame, dependencies: InvitationsDependencies) {
  const { settings, teams, users, sessions, policies, guard, mailer, events } = dependencies;
  const rowsOf = (context: ProjectContext) => store.kind(context, TeamInvitationKind);

  async function nameOfInviter(context: ProjectContext): Promise<string> {
    const { principal } = context;
    if (principal.type !== 'user') return context.project.name;
    const { name, username } = await users.get(context, principal.id);
    return name ?? username ?? 'Somebody';
  }

  return {
    /** Invites an address, in place of an invitation that it has. @throws teamNotFound, teamForbidden, limitExceeded, redirectRefused, appUrlMissing */
    async invite(
      context: ProjectContext,
      teamId: string,
      { email, role, redirectTo, locale, ip }: NewTeamInvitation & { ip: string },
    ): Promise<TeamInvitation> {
      const seat = await teams.enter(context, teamId, 'run');
      teams.checkRole(seat, role);
      const destination = await policies.destination(context, redirectTo);
      const allowance = { allowed: settings.invitationsPerTeamHour, windowMs: HOUR_MS };
      await guard.take(context, [
        { ...allowance, name: 'invitations of a team per hour', key: `invitations ${teamId}` },
        { ...allowance, name: 'invitations of a user per hour', key: `invitations by ${nameOf(context.principal)}` },
        { name: 'mails asked for by one address per hour', key: `proofs ip ${ip}`, allowed: settings.proofsPerIpHour, windowMs: HOUR_MS },
      ]);
      const token = `mt_${createSecret()}`;
      const now = clock.now();
      const row: TeamInvitationRow = {
        id: hashToken(token),
        handle: createId(),
        teamId,
        email,
        role,
        invitedBy: nameOf(context.principal),
        createdAt: new Date(now),
        expiresAt: new Date(now + settings.invitationDays * DAY_MS),
      };
      const values = {
        link: linkTo(destination, 'team-invitation', token),
        inviter: await nameOfInviter(context),
        organization: seat.team.name,
      };
      await store.transaction(async (session) => {
        await rowsOf(context).deleteMany({ teamId, email }, { session });
        await rowsOf(context).insert(row, { session });
        await mailer.send(context, { to: email, template: 'invitation', values, locale, id: row.handle, session });
      });
      await mailer.outbox.deliver(context);
      return presentInvitation(row);
    },

    /** @throws teamNotFound, teamForbidden */
    async list(context: ProjectContext, teamId: string): Promise<TeamInvitation[]> {
      await teams.enter(context, teamId, 'run');
      const found = await rowsOf(context).find({ teamId, expiresAt: { $gt: new Date(clock.now()) } }, { limit: MAX_LISTED });
      return found.map(presentInvitation);
    },

    /** @throws teamNotFound, teamForbidden, teamMemberNotFound */
    async withdraw(context: ProjectContext, teamId: string, handle: string): Promise<void> {
      await teams.enter(context, teamId, 'run');
      if ((await rowsOf(context).delete({ handle, teamId })) === 0) throw teamMemberNotFound();
    },

    /** Lets the caller in: of many at once exactly one succeeds. @throws linkInvalid also for another address, teamMemberExists, limitExceeded */
    async accept(context: ProjectContext, token: string): Promise<Team> {
      const { principal } = context;
      if (principal.type !== 'user') throw userNeeded();
      const user = await users.get(context, principal.id);
      const row = await rowsOf(context).findOne({ id: hashToken(token), expiresAt: { $gt: new Date(clock.now()) } });
      if (row === null || user.email !== row.email) throw linkInvalid();
      const { teamId, role } = row;
      await teams.checkRoom(context, teamId, user.id);
      const member = { id: teams.idOf(teamId, user.id), teamId, userId: user.id, role, createdAt: new Date(clock.now()) };
      try {
        await store.transaction(async (session) => {
          if ((await rowsOf(context).delete({ id: row.id }, { session })) === 0) throw linkInvalid();
          await store.kind(context, TeamMemberKind).insert(member, { session });
        });
      } catch (error) {
        throw error instanceof DuplicateKeyError ? teamMemberExists() : error;
      }
      await sessions.refreshPrincipal(context, user.id);
      await events.note(context, { type: 'team_joined', userId: user.id, detail: { team: teamId, role } });
      return teams.get(context, teamId);
    },
  };
}
export type Invitations = ReturnType<typeof createInvitations>;

function presentInvitation({ handle, email, role, createdAt, expiresAt }: TeamInvitationRow): TeamInvitation {
  return { id: handle, email, role, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
}
