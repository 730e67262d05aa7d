import type { Frame } from '@mainstay/host';
import type { ProjectContext, UserId } from '@mainstay/kernel';
import type { AuthEvents } from '../events/events.service.ts';
import { IdentityKind } from '../identities/identities.model.ts';
import { PasskeyKind } from '../passkeys/passkeys.model.ts';
import type { Proofs } from '../proofs/proofs.service.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { Departures } from '../teams/departures.service.ts';
import type { Users } from '../users/users.service.ts';
import type { Keeper } from './erasure.service.ts';
import type { Mergers } from './mergers.service.ts';

/** What is kept of users here. */
export interface OwnKeepersDependencies {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly proofs: Proofs;
  readonly departures: Departures;
  readonly events: AuthEvents;
  readonly mergers: Mergers;
}

const through = (changed: number) => ({ cursor: null, changed, failed: 0 });

/** What auth itself keeps of users: before what other rooms keep, except for the user, who goes last where they are merged. */
export function ownKeepers({ store }: Frame, { users, sessions, proofs, departures, events, mergers }: OwnKeepersDependencies) {
  async function leave(context: ProjectContext, userId: UserId): Promise<number> {
    const ended = await sessions.revoke(context, { userId });
    await proofs.voidAll(context, userId);
    // A passkey is bound to the id of its user: another one can't sign in with it.
    return ended + (await store.kind(context, PasskeyKind).deleteMany({ userId }));
  }

  const first: Keeper[] = [
    { name: 'sessions', run: async (context, { userId }) => through(await leave(context, userId)) },
    {
      name: 'identities',
      async run(context, { userId, intoId }) {
        const rows = store.kind(context, IdentityKind);
        if (intoId === null) return through(await rows.deleteMany({ userId }));
        return through((await rows.updateMany({ userId }, { $set: { userId: intoId } })).modified);
      },
    },
    {
      name: 'teams',
      async run(context, { userId, intoId }) {
        return through(intoId === null ? await departures.forget(context, userId) : await departures.move(context, userId, intoId));
      },
    },
  ];
  const last: Keeper[] = [
    {
      name: 'account',
      async run(context, { userId, intoId }) {
        if (intoId !== null) return through(await mergers.finish(context, userId, intoId));
        await users.erase(context, userId);
        return through(1);
      },
    },
    { name: 'events', run: async (context, { userId }) => through(await events.forget(context, userId)) },
  ];
  return { first, last };
}
