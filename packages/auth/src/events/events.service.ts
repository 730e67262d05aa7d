import type { Frame } from '@mainstay/host';
import type { ProjectContext, UserId } from '@mainstay/kernel';
import { createId, nameOf } from '@mainstay/kernel';
import type { AttemptGuard } from '@mainstay/passwords';
import type { Page } from '@mainstay/store';
import { pageOf } from '@mainstay/store';
import type { AuthSettings } from '../auth.settings.ts';
import type { Policies } from '../policy/policy.service.ts';
import type { AuthEventRow } from './events.model.ts';
import { AuthEventKind } from './events.model.ts';
import type { AuthEvent, AuthEventType } from './events.schema.ts';
import { shortenAddress } from './shorten-address.ts';

export const TELL_JOB = 'tell-auth-events';
const DAY_MS = 86_400_000;
const MAX_AGENT_LENGTH = 200;

/** Something to note of a user. Never a secret in `detail`. */
export interface AuthHappening {
  readonly type: AuthEventType;
  readonly userId: UserId | null;
  /** Where it came from, where that is known. */
  readonly client?: { readonly ip?: string; readonly userAgent?: string; readonly method?: string | undefined } | undefined;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Hears of events in a worker, at least once: the id of an event tells repeats. */
export type AuthEventTeller = (context: ProjectContext, events: readonly AuthEventRow[]) => Promise<void>;

/** What events need besides the frame. */
export interface AuthEventsDependencies {
  readonly settings: AuthSettings;
  readonly policies: Policies;
}

/** What happens to users: stored first, then told to the audit log and to analytics by a job, so that none is lost. */
export function createAuthEvents({ store, jobs, clock }: Frame, { settings, policies }: AuthEventsDependencies) {
  const rowsOf = (context: ProjectContext) => store.kind(context, AuthEventKind);
  const tellers: AuthEventTeller[] = [];

  async function note(context: ProjectContext, { type, userId, client = {}, detail = {} }: AuthHappening): Promise<void> {
    const { addressesInEvents } = await policies.get(context);
    const now = clock.now();
    const isNobody = context.principal.type === 'anonymous';
    await rowsOf(context).insert({
      id: createId(),
      type,
      userId,
      at: new Date(now),
      actor: isNobody && userId !== null && !type.startsWith('sign_in_') ? `user:${userId}` : nameOf(context.principal),
      method: client.method ?? null,
      ip: shortenAddress(client.ip ?? '', addressesInEvents),
      userAgent: (client.userAgent ?? '').slice(0, MAX_AGENT_LENGTH),
      detail,
      isTold: false,
      expiresAt: new Date(now + settings.eventDays * DAY_MS),
    });
    await jobs.ticket(context, TELL_JOB);
  }

  return {
    /** Stores an event before it returns; the audit log and analytics get it soon after. */
    note,

    /** A failed attempt at an account that may not exist; the same work either way, and a few an hour per account only. */
    async noteFailure(
      context: ProjectContext,
      guard: AttemptGuard,
      failure: { account: string; userId: UserId | null; ip: string; userAgent?: string; method: string },
    ): Promise<void> {
      const { account, userId, ...client } = failure;
      const isNew = await guard.mayTake(context, {
        name: 'failed sign-ins in the log',
        key: `failures in the log ${account}`,
        allowed: settings.failuresLoggedPerHour,
        windowMs: DAY_MS / 24,
      });
      if (isNew) await note(context, { type: 'sign_in_failed', userId, client });
    },

    /** Adds somebody who hears of every event. Called once at start, by whoever puts the rooms together. */
    addTeller(teller: AuthEventTeller): void {
      tellers.push(teller);
    },

    /** Tells the next events. @returns how many they were */
    async tellNext(context: ProjectContext, limit: number): Promise<number> {
      const found = await rowsOf(context).find({ isTold: false }, { sort: { at: 1 }, limit });
      if (found.length === 0) return 0;
      for (const tell of tellers) await tell(context, found);
      await rowsOf(context).updateMany({ id: { $in: found.map(({ id }) => id) } }, { $set: { isTold: true } });
      return found.length;
    },

    /** The events of a user, the latest first. */
    async list(
      context: ProjectContext,
      userId: UserId,
      { limit, cursor }: { limit: number; cursor?: string | undefined },
    ): Promise<Page<AuthEvent>> {
      const page = await pageOf(rowsOf(context), { filter: { userId }, sort: ['at', -1], limit, cursor });
      return { ...page, items: page.items.map(presentEvent) };
    },

    /** Forgets the events of a user; what the audit log was told stays there. */
    forget: (context: ProjectContext, userId: UserId): Promise<number> => rowsOf(context).deleteMany({ userId, isTold: true }),
  };
}
export type AuthEvents = ReturnType<typeof createAuthEvents>;

function presentEvent({ id, type, at, actor, method, ip, userAgent, detail }: AuthEventRow): AuthEvent {
  return { id, type, at: at.toISOString(), actor, method, ip, userAgent, detail: { ...detail } };
}
