import { compileFilter, ConditionError, fieldsOf, parseConditionInput } from '@mainstay/conditions';
import type { Frame } from '@mainstay/host';
import type { Principal, ProjectContext } from '@mainstay/kernel';
import { invalidInput, rulesApplyTo } from '@mainstay/kernel';
import type { RowFilter } from '@mainstay/store';
import { DuplicateKeyError, pageOf } from '@mainstay/store';
import { checkEndpoint } from '../endpoints/check-endpoint.ts';
import type { InstallationRow } from '../messaging.model.ts';
import { InstallationKind } from '../messaging.model.ts';
import { audienceInvalid, installationOfAnother, registrationContested } from '../messaging.problems.ts';
import type { Installation, InstallationBody } from '../messaging.schema.ts';
import type { MessagingSettings } from '../messaging.settings.ts';
import { checkSubscriptionKeys } from './check-subscription-keys.ts';

/** What an audience may ask of an installation. */
const AUDIENCE_FIELDS = new Set(['userId', 'platform', 'locale', 'tags', 'createdAt']);

/** How many installations may take one address at the same time: in every round at least one of them gets through. */
const MAX_RACES = 10;

type Fields = Omit<InstallationRow, 'id' | 'createdAt'>;

/** Who can be pushed to. */
export function createInstallations({ store, clock }: Frame, settings: MessagingSettings) {
  const rowsOf = (context: ProjectContext) => store.kind(context, InstallationKind);

  /** The filter of an audience. @throws audienceInvalid */
  function audienceFilter(audience: unknown): RowFilter {
    try {
      const condition = parseConditionInput(audience, { variables: [] });
      const unknown = fieldsOf(condition).find((field) => !AUDIENCE_FIELDS.has(field));
      if (unknown !== undefined) throw audienceInvalid({ reason: `there is no field ${unknown}; use ${[...AUDIENCE_FIELDS].join(', ')}.` });
      return compileFilter(condition);
    } catch (error) {
      throw error instanceof ConditionError ? audienceInvalid({ reason: error.message }) : error;
    }
  }

  return {
    audienceFilter,

    /**
     * Registers or renews an installation. An endpoint or token that another one has moves here.
     * @throws endpointRefused, invalidInput, installationOfAnother, registrationContested
     */
    async put(context: ProjectContext, id: string, body: InstallationBody): Promise<{ installation: Installation; isNew: boolean }> {
      const address = await addressOf(body);
      const now = new Date(clock.now());
      const { principal } = context;
      const fields = {
        platform: body.platform,
        address,
        keys: body.subscription?.keys ?? null,
        userId: principal.type === 'user' ? principal.id : null,
        locale: body.locale ?? null,
        tags: [...new Set(body.tags)],
        updatedAt: now,
      };
      const before = await replace(context, id, fields);
      const installation = presentInstallation({ id, ...fields, createdAt: before?.createdAt ?? now });
      store.signals.announce(context, { topic: 'push', type: 'installation.registered', data: installation });
      return { installation, isNew: before === null };
    },

    async list(context: ProjectContext, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
      const page = await pageOf(rowsOf(context), { filter: {}, sort: ['createdAt', -1], limit, cursor });
      return { items: page.items.map(presentInstallation), nextCursor: page.nextCursor };
    },

    count: (context: ProjectContext, audience: unknown): Promise<number> => rowsOf(context).count(audienceFilter(audience)),

    /** A page of an audience by id, for expansion. */
    page: (context: ProjectContext, audience: unknown, { after, limit }: { after: string; limit: number }): Promise<InstallationRow[]> =>
      rowsOf(context).find(
        { $and: [audienceFilter(audience), ...(after === '' ? [] : [{ id: { $gt: after } }])] },
        { sort: { id: 1 }, limit },
      ),

    get: (context: ProjectContext, id: string): Promise<InstallationRow | null> => rowsOf(context).get(id),

    /** Forgets the installations of a user, or gives them to another one. @returns how many */
    async ownerGone(context: ProjectContext, { userId, intoId }: { userId: string; intoId: string | null }): Promise<number> {
      if (intoId === null) return rowsOf(context).deleteMany({ userId });
      return (await rowsOf(context).updateMany({ userId }, { $set: { userId: intoId } })).modified;
    },

    /** The provider says that it is gone. Not if it was registered anew meanwhile. */
    async remove(context: ProjectContext, { id, address }: InstallationRow): Promise<void> {
      await rowsOf(context).delete({ id, address });
    },
  };

  /** The endpoint, checked and in its one spelling, or the token. */
  async function addressOf({ platform, subscription, token }: InstallationBody): Promise<string> {
    const address = subscription?.endpoint ?? token;
    if (address === undefined || (platform === 'web') !== (subscription !== undefined)) {
      throw invalidInput(undefined, {
        issues: [{ path: 'subscription', code: 'required', message: 'The web has a subscription, other platforms a token.' }],
      });
    }
    if (subscription === undefined) return address;
    checkSubscriptionKeys(subscription.keys);
    return checkEndpoint(address, { allowPrivate: settings.allowPrivateEndpoints });
  }

  /**
   * Stores the installation in the place of whichever had its address. What was looked at before is what is replaced, or it looks again.
   * @returns what it was before, or null
   */
  async function replace(context: ProjectContext, id: string, fields: Fields): Promise<InstallationRow | null> {
    const rows = rowsOf(context);
    for (let attempt = 1; attempt <= MAX_RACES; attempt += 1) {
      const found = await rows.find({ $or: [{ id }, { address: fields.address }] });
      if (!found.every((row) => mayReplace(context.principal, row, { id, ...fields }))) throw installationOfAnother();
      const before = found.find((row) => row.id === id) ?? null;
      for (const { id: other, userId } of found) if (other !== id) await rows.delete({ id: other, userId, address: fields.address });
      try {
        if (before === null) {
          await rows.insert({ id, ...fields, createdAt: fields.updatedAt });
          return null;
        }
        // Of the same user still, it may have any address by now; of another, it must have the one that was shown.
        const seen = before.userId === fields.userId ? {} : { address: before.address };
        if ((await rows.update({ id, userId: before.userId, ...seen }, { $set: fields })).matched === 1) return before;
      } catch (error) {
        // Another installation took the address, or the id, between the two steps.
        if (!(error instanceof DuplicateKeyError)) throw error;
      }
    }
    throw registrationContested(undefined, { retryAfterSeconds: 1 });
  }
}
export type Installations = ReturnType<typeof createInstallations>;

/** An installation as the API shows it: without its address, which is a right to send. */
export function presentInstallation(row: InstallationRow): Installation {
  const { id, platform, userId, locale, tags, createdAt, updatedAt } = row;
  return { id, platform, userId, locale, tags: [...tags], createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

/**
 * Whether the caller may have this installation. Its own, always. That of nobody, who knows its id. That of another user, or another that
 * holds the same address, only who shows what only that device has: the token, or the keys of the subscription.
 */
function mayReplace(principal: Principal, row: InstallationRow, wanted: Fields & { readonly id: string }): boolean {
  if (!rulesApplyTo(principal)) return true;
  if (row.userId !== null && principal.type === 'user' && row.userId === principal.id) return true;
  if (row.id === wanted.id && row.userId === null) return true;
  return row.address === wanted.address && row.keys?.p256dh === wanted.keys?.p256dh && row.keys?.auth === wanted.keys?.auth;
}
