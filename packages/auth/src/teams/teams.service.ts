import type { Frame } from '@mainstay/host';
import { userNeeded } from '@mainstay/http';
import type { ProjectContext, UserId } from '@mainstay/kernel';
import { createId, invalidInput, limitExceeded, rulesApplyTo } from '@mainstay/kernel';
import type { Page, TransactionSession } from '@mainstay/store';
import { DuplicateKeyError, pageOf } from '@mainstay/store';
import { signInWayOff } from '../auth.problems.ts';
import type { AuthSettings } from '../auth.settings.ts';
import type { AuthEvents } from '../events/events.service.ts';
import type { Policies } from '../policy/policy.service.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { Users } from '../users/users.service.ts';
import type { TeamMemberRow, TeamRow } from './teams.model.ts';
import { TeamInvitationKind, TeamKind, TeamMemberKind } from './teams.model.ts';
import { teamForbidden, teamMemberExists, teamMemberNotFound, teamNotFound, teamOwnerNeeded } from './teams.problems.ts';
import type { NewTeam, Team, TeamMember, TeamPatch } from './teams.schema.ts';
import { TEAM_ROLES } from './teams.schema.ts';

/** What teams need besides the frame. */
export interface TeamsDependencies {
  readonly settings: AuthSettings;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly policies: Policies;
  readonly events: AuthEvents;
}

/** What somebody wants to do in a team: see it, run it, or decide over its owners. */
type Need = 'see' | 'run' | 'own';

/** A team as the caller meets it. */
export interface Seat {
  readonly team: TeamRow;
  /** Null for servers, which may do everything. */
  readonly role: string | null;
}

/** Which part of a list. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Groups of users that run themselves. Who is not in a team can't tell that there is one. */
export function createTeams({ store, clock }: Frame, { settings, users, sessions, policies, events }: TeamsDependencies) {
  const teamsOf = (context: ProjectContext) => store.kind(context, TeamKind);
  const membersOf = (context: ProjectContext) => store.kind(context, TeamMemberKind);
  const invitationsOf = (context: ProjectContext) => store.kind(context, TeamInvitationKind);
  const idOf = (team: string, user: string): string => `${team}:${user}`;

  /** The team with the caller's role in it. @throws teamNotFound also for who is not in it, teamForbidden */
  async function enter(context: ProjectContext, id: string, need: Need): Promise<Seat> {
    const { principal } = context;
    const team = await teamsOf(context).get(id);
    if (team === null) throw teamNotFound();
    if (!rulesApplyTo(principal)) return { team, role: null };
    const member = principal.type === 'user' ? await membersOf(context).get(idOf(id, principal.id)) : null;
    if (member === null) throw teamNotFound();
    const isEnough = need === 'see' || member.role === 'owner' || (need === 'run' && member.role === 'admin');
    if (!isEnough) throw teamForbidden();
    return { team, role: member.role };
  }

  /** Only owners decide over owners. @throws teamForbidden, invalidInput for a role that the team does not have */
  function checkRole({ team, role: own }: Seat, ...roles: readonly string[]): void {
    for (const role of roles) {
      if (![...TEAM_ROLES, ...team.customRoles].includes(role)) {
        throw invalidInput(undefined, { issues: [{ path: 'role', code: 'role_not_found', message: 'The team has no such role.' }] });
      }
      if (role === 'owner' && own !== null && own !== 'owner') throw teamForbidden();
    }
  }

  /** Takes the team's lock in the transaction, so that two owners can't go at the same moment. @throws teamNotFound */
  async function lock(context: ProjectContext, id: string, session: TransactionSession): Promise<void> {
    const { matched } = await teamsOf(context).update({ id }, { $inc: { ownersChanged: 1 } }, { session });
    if (matched === 0) throw teamNotFound();
  }

  /** @throws teamOwnerNeeded when nobody else is an owner */
  async function checkOtherOwner(context: ProjectContext, { teamId, userId }: TeamMemberRow, session: TransactionSession): Promise<void> {
    const owners = await membersOf(context).find({ teamId, role: 'owner' }, { limit: 2, session });
    if (!owners.some((owner) => owner.userId !== userId)) throw teamOwnerNeeded();
  }

  async function checkRoom(context: ProjectContext, teamId: string, userId: UserId): Promise<void> {
    const [members, teams] = await Promise.all([membersOf(context).count({ teamId }), membersOf(context).count({ userId })]);
    if (members >= settings.membersPerTeam) throw limitExceeded({ limit: 'members of a team', allowed: settings.membersPerTeam });
    if (teams >= settings.teamsPerUser) throw limitExceeded({ limit: 'teams of a user', allowed: settings.teamsPerUser });
  }

  const present = ({ id, name, customRoles, createdAt }: TeamRow, role: string | null): Team => ({
    id,
    name,
    customRoles: [...customRoles],
    role,
    createdAt: createdAt.toISOString(),
  });

  const seated = { enter, checkRole, checkRoom, idOf };

  return {
    ...seated,

    /** @throws signInWayOff where only servers make teams, invalidInput without an owner, limitExceeded */
    async create(context: ProjectContext, { name, customRoles, ownerId }: NewTeam): Promise<Team> {
      const { principal } = context;
      const isServer = !rulesApplyTo(principal);
      if (!isServer && !(await policies.get(context)).usersMakeTeams) throw signInWayOff();
      if (!isServer && principal.type !== 'user') throw userNeeded();
      if ((ownerId === undefined) === isServer) {
        const message = 'Servers name the owner; users are it themselves.';
        throw invalidInput(undefined, { issues: [{ path: 'ownerId', code: 'owner', message }] });
      }
      const owner = await users.get(context, ownerId ?? (principal.type === 'user' ? principal.id : ''));
      const now = new Date(clock.now());
      const team: TeamRow = { id: createId(), name, customRoles, createdAt: now, ownersChanged: 0 };
      await checkRoom(context, team.id, owner.id);
      await store.transaction(async (session) => {
        await teamsOf(context).insert(team, { session });
        const member = { id: idOf(team.id, owner.id), teamId: team.id, userId: owner.id, role: 'owner', createdAt: now };
        await membersOf(context).insert(member, { session });
      });
      await sessions.refreshPrincipal(context, owner.id);
      await events.note(context, { type: 'team_joined', userId: owner.id, detail: { team: team.id, role: 'owner' } });
      return present(team, isServer ? null : 'owner');
    },

    /** The caller's teams; for servers all. */
    async list(context: ProjectContext, { limit, cursor }: PageRequest): Promise<{ items: Team[]; nextCursor: string | null }> {
      const { principal } = context;
      if (!rulesApplyTo(principal)) {
        const page = await pageOf(teamsOf(context), { filter: {}, sort: ['createdAt', -1], limit, cursor });
        return { items: page.items.map((team) => present(team, null)), nextCursor: page.nextCursor };
      }
      if (principal.type !== 'user') throw userNeeded();
      const page = await pageOf(membersOf(context), { filter: { userId: principal.id }, sort: ['id', 1], limit, cursor });
      const teams = await teamsOf(context).find({ id: { $in: page.items.map(({ teamId }) => teamId) } });
      const found = new Map(teams.map((team) => [team.id, team]));
      const items = page.items.flatMap(({ teamId, role }) => {
        const team = found.get(teamId);
        return team === undefined ? [] : [present(team, role)];
      });
      return { items, nextCursor: page.nextCursor };
    },

    /** @throws teamNotFound */
    async get(context: ProjectContext, id: string): Promise<Team> {
      const { team, role } = await enter(context, id, 'see');
      return present(team, role);
    },

    /** Members keep a role that the team gives up. @throws teamNotFound, teamForbidden */
    async change(context: ProjectContext, id: string, { name, customRoles }: TeamPatch): Promise<Team> {
      const { team, role } = await enter(context, id, 'run');
      const set = { ...(name === undefined ? {} : { name }), ...(customRoles === undefined ? {} : { customRoles }) };
      const changed = Object.keys(set).length === 0 ? team : await teamsOf(context).findOneAndUpdate({ id }, { $set: set });
      if (changed === null) throw teamNotFound();
      return present(changed, role);
    },

    /** Ends the team for everybody. @throws teamNotFound, teamForbidden */
    async delete(context: ProjectContext, id: string): Promise<void> {
      await enter(context, id, 'own');
      const members = await membersOf(context).find({ teamId: id });
      await store.transaction(async (session) => {
        await lock(context, id, session);
        await membersOf(context).deleteMany({ teamId: id }, { session });
        await invitationsOf(context).deleteMany({ teamId: id }, { session });
        await teamsOf(context).delete({ id }, { session });
      });
      for (const { userId } of members) await sessions.refreshPrincipal(context, userId);
    },

    /** @throws teamNotFound */
    async members(
      context: ProjectContext,
      id: string,
      { limit, cursor }: PageRequest,
    ): Promise<{ items: TeamMember[]; nextCursor: string | null }> {
      await enter(context, id, 'see');
      const page: Page<TeamMemberRow> = await pageOf(membersOf(context), { filter: { teamId: id }, sort: ['createdAt', 1], limit, cursor });
      const names = await users.profiles(
        context,
        page.items.map(({ userId }) => userId),
      );
      const items = page.items.map(({ userId, role, createdAt }) => {
        const name = names.get(userId)?.['name'];
        return { userId, name: typeof name === 'string' ? name : null, role, createdAt: createdAt.toISOString() };
      });
      return { items, nextCursor: page.nextCursor };
    },

    /** Puts a user into the team; for servers, as users are asked first. @throws teamNotFound, userNotFound, teamMemberExists, limitExceeded */
    async add(context: ProjectContext, { id, userId, role }: { id: string; userId: string; role: string }): Promise<void> {
      const seat = await enter(context, id, 'own');
      checkRole(seat, role);
      const user = await users.get(context, userId);
      await checkRoom(context, id, user.id);
      try {
        await membersOf(context).insert({ id: idOf(id, user.id), teamId: id, userId: user.id, role, createdAt: new Date(clock.now()) });
      } catch (error) {
        throw error instanceof DuplicateKeyError ? teamMemberExists() : error;
      }
      await sessions.refreshPrincipal(context, user.id);
      await events.note(context, { type: 'team_joined', userId: user.id, detail: { team: id, role } });
    },

    /** @throws teamNotFound, teamMemberNotFound, teamForbidden, teamOwnerNeeded */
    async changeRole(context: ProjectContext, { id, userId, role }: { id: string; userId: string; role: string }): Promise<void> {
      const seat = await enter(context, id, 'run');
      checkRole(seat, role);
      const changed = await store.transaction(async (session) => {
        await lock(context, id, session);
        const member = await membersOf(context).findOne({ id: idOf(id, userId) }, { session });
        if (member === null) throw teamMemberNotFound();
        if (member.role === 'owner' && seat.role !== null && seat.role !== 'owner') throw teamForbidden();
        if (member.role === 'owner' && role !== 'owner') await checkOtherOwner(context, member, session);
        await membersOf(context).update({ id: member.id }, { $set: { role } }, { session });
        return member;
      });
      await sessions.refreshPrincipal(context, changed.userId);
    },

    /** Takes a user out of the team; everybody may leave. @throws teamNotFound, teamMemberNotFound, teamForbidden, teamOwnerNeeded */
    async remove(context: ProjectContext, { id, userId }: { id: string; userId: string }): Promise<void> {
      const { principal } = context;
      const isSelf = principal.type === 'user' && principal.id === userId;
      const seat = await enter(context, id, isSelf ? 'see' : 'run');
      const gone = await store.transaction(async (session) => {
        await lock(context, id, session);
        const member = await membersOf(context).findOne({ id: idOf(id, userId) }, { session });
        if (member === null) throw teamMemberNotFound();
        if (member.role === 'owner' && !isSelf && seat.role !== null && seat.role !== 'owner') throw teamForbidden();
        if (member.role === 'owner') await checkOtherOwner(context, member, session);
        await membersOf(context).delete({ id: member.id }, { session });
        return member;
      });
      await sessions.refreshPrincipal(context, gone.userId);
      await events.note(context, { type: 'team_left', userId: gone.userId, detail: { team: id } });
    },
  };
}
export type Teams = ReturnType<typeof createTeams>;
