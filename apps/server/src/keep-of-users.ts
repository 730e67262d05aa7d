import type { Analytics } from '@mainstay/analytics';
import type { Auth } from '@mainstay/auth';
import type { Data } from '@mainstay/data';
import type { Files } from '@mainstay/files';
import type { Messaging } from '@mainstay/messaging';

/** The rooms that keep things of users. */
export interface Keepers {
  readonly auth: Auth;
  readonly data: Data;
  readonly files: Files;
  readonly messaging: Messaging;
  readonly analytics: Analytics;
}

/** What other rooms do when a user is deleted or merged: documents as their collections say, files and installations with the user. */
export function keepOfUsers({ auth, data, files, messaging, analytics }: Keepers): void {
  auth.erasure.addKeeper({ name: 'documents', run: (context, leaving, isTimeUp) => data.owners.run(context, leaving, isTimeUp) });
  auth.erasure.addKeeper({
    name: 'files',
    async run(context, leaving, isTimeUp) {
      const { changed, isThrough } = await files.owners.run(context, leaving, isTimeUp);
      // Any text that is not null: what is left is found anew.
      return { cursor: isThrough ? null : 'more', changed, failed: 0 };
    },
  });
  auth.erasure.addKeeper({
    name: 'installations',
    run: async (context, leaving) => ({ cursor: null, changed: await messaging.installations.ownerGone(context, leaving), failed: 0 }),
  });
  auth.erasure.addKeeper({
    name: 'person',
    // Of two who are merged the one that stays is told of by its own events.
    run: async (context, { userId }) => ({ cursor: null, changed: await analytics.persons.forget(context, userId), failed: 0 }),
  });
}
