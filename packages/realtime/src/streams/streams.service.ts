import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ProjectContext } from '@mainstay/kernel';
import { invalidInput } from '@mainstay/kernel';
import type { SocketCredentials } from '../gateway/authenticate-socket.ts';
import type { ConnectionParts } from '../gateway/connection.ts';
import type { Guests } from '../gateway/guests.ts';
import type { Subscribe } from '../schema.ts';
import type { Follower, Outlet } from '../subscriptions/subscription.ts';
import { Subscription, wantedOf } from '../subscriptions/subscription.ts';
import { isWindow, Window } from '../subscriptions/window.ts';
import type { PollAnswer } from './poll.ts';
import { Poll } from './poll.ts';
import { Stream } from './stream.ts';

/** What streams work with. */
export interface StreamsParts extends ConnectionParts {
  readonly guests: Guests;
}

/** The request and its answer. */
export interface Exchange {
  readonly from: IncomingMessage;
  readonly to: ServerResponse;
}

/** Subscriptions for clients without a WebSocket. */
export function createStreams(parts: StreamsParts) {
  const { feeds, guests, settings } = parts;

  /** A follower of the project's feed, which must be left when it is done. */
  async function followerOf(context: ProjectContext, request: Subscribe, outlet: Outlet): Promise<Follower> {
    const wanted = isWindow(request) ? { where: request.where } : wantedOf(request);
    const visibility = await parts.data.visibility(context, request.collection, wanted);
    const feed = await feeds.join(context);
    const options = { request, feed, visibility, outlet };
    return isWindow(request) ? new Window(parts, options) : new Subscription(parts, options);
  }

  return {
    /** Sends events until either side ends. @throws what a subscription throws, before the first byte */
    async events(context: ProjectContext, request: Subscribe, { from, to }: Exchange): Promise<void> {
      guests.checkRoom(context);
      const stream = new Stream({ response: to, context, unsentMaxBytes: settings.streamMaxUnsentBytes });
      const follower = await followerOf(context, request, stream);
      const leave = guests.enter(stream, credentialsOf(context, from));
      const beat = setInterval(() => stream.beat(), settings.heartbeatMs).unref();
      const closed = new Promise<void>((resolve) => {
        to.once('close', () => resolve());
        if (to.destroyed) resolve();
      });
      try {
        await stream.follow(follower);
        await closed;
      } finally {
        clearInterval(beat);
        follower.close();
        feeds.leave(context, follower.feed);
        leave();
      }
    },

    /** Answers with what there is, or waits for the first change after `since`. */
    async poll(context: ProjectContext, request: Subscribe, { from, to, waitMs }: Exchange & { waitMs: number }): Promise<PollAnswer> {
      if (isWindow(request))
        throw invalidInput(undefined, {
          issues: [{ path: 'sort', code: 'not_possible', message: 'Windows need a socket or events; leave sort or limit out.' }],
        });
      guests.checkRoom(context);
      const poll = new Poll(context);
      const follower = await followerOf(context, request, poll);
      const leave = guests.enter(poll, credentialsOf(context, from));
      to.once('close', () => poll.dismiss());
      try {
        return await poll.answer(follower, { since: request.since, waitMs });
      } finally {
        follower.close();
        feeds.leave(context, follower.feed);
        leave();
      }
    },
  };
}
export type Streams = ReturnType<typeof createStreams>;

/** What the request showed at the door, in the form in which sockets show it: so that it can be asked again. */
function credentialsOf(context: ProjectContext, { headers }: IncomingMessage): SocketCredentials {
  const textOf = (name: string): string | undefined => [headers[name] ?? []].flat()[0];
  const key = textOf('x-mainstay-key');
  const token = /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]?.trim();
  const csrfToken = textOf('x-csrf-token');
  return {
    headers,
    auth: {
      project: context.project.id,
      ...(key === undefined ? {} : { key }),
      ...(token === undefined ? {} : { token }),
      ...(csrfToken === undefined ? {} : { csrfToken }),
    },
  };
}
