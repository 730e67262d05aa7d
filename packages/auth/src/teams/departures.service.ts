import type { Frame } from '@mainstay/host';
import type { ProjectContext, UserId } from '@mainstay/kernel';
import type { Sessions } from '../sessions/sessions.service.ts';
import { TeamInvitationKind, TeamKind, TeamMemberKind } from './teams.model.ts';
import type { Teams } from './teams.service.ts';

/** What departures need besides the frame. */
export interface DeparturesDependencies {
  readonly teams: Pick<Teams, 'idOf'>;
  readonly sessions: Sessions;
}

/** What becomes of the places that a user has in teams when it is deleted or merged. */
export function createDepartures({ store }: Frame, { teams: { idOf }, sessions }: DeparturesDependencies) {
  const teamsOf = (context: ProjectContext) => store.kind(context, TeamKind);
  const membersOf = (context: ProjectContext) => store.kind(context, TeamMemberKind);
  const invitationsOf = (context: ProjectContext) => store.kind(context, TeamInvitationKind);

  return {
    /** Gives a user's places in teams to another one, who keeps a place of its own. @returns how many they were */
    async move(context: ProjectContext, userId: UserId, intoId: UserId): Promise<number> {
      const places = await membersOf(context).find({ userId });
      for (const { id, teamId, role, createdAt } of places) {
        await store.transaction(async (session) => {
          const own = await membersOf(context).findOne({ id: idOf(teamId, intoId) }, { session });
          await membersOf(context).delete({ id }, { session });
          if (own === null) {
            await membersOf(context).insert({ id: idOf(teamId, intoId), teamId, userId: intoId, role, createdAt }, { session });
          } else if (role === 'owner') await membersOf(context).update({ id: own.id }, { $set: { role } }, { session });
        });
      }
      return places.length;
    },

    /** Takes a user who is deleted out of every team: the oldest admin, or else member, owns what it owned alone; an empty team ends. @returns how many */
    async forget(context: ProjectContext, userId: UserId): Promise<number> {
      const places = await membersOf(context).find({ userId });
      for (const { teamId } of places) {
        const heir = await store.transaction(async (session) => {
          await teamsOf(context).update({ id: teamId }, { $inc: { ownersChanged: 1 } }, { session });
          await membersOf(context).delete({ id: idOf(teamId, userId) }, { session });
          const others = await membersOf(context).find({ teamId }, { sort: { createdAt: 1 }, session });
          if (others.length === 0) {
            await invitationsOf(context).deleteMany({ teamId }, { session });
            await teamsOf(context).delete({ id: teamId }, { session });
          }
          if (others.length === 0 || others.some(({ role }) => role === 'owner')) return null;
          const next = others.find(({ role }) => role === 'admin') ?? others[0];
          if (next !== undefined) await membersOf(context).update({ id: next.id }, { $set: { role: 'owner' } }, { session });
          return next ?? null;
        });
        if (heir !== null) await sessions.refreshPrincipal(context, heir.userId);
      }
      return places.length;
    },
  };
}
export type Departures = ReturnType<typeof createDepartures>;
