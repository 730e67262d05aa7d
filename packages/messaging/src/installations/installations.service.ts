import { compileFilter, ConditionError, fieldsOf, parseCondition } from '@mainstay/conditions';
import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { invalidInput } from '@mainstay/kernel';
import type { RowFilter } from '@mainstay/store';
import { DuplicateKeyError, pageOf } from '@mainstay/store';
import type { InstallationRow } from '../messaging.model.ts';
import { InstallationKind } from '../messaging.model.ts';
import { audienceInvalid } from '../messaging.problems.ts';
import type { Installation, InstallationBody } from '../messaging.schema.ts';
import type { MessagingSettings } from '../messaging.settings.ts';
import { checkEndpoint } from './check-endpoint.ts';

/** What an audience may ask of an installation. */
const AUDIENCE_FIELDS = new Set(['userId', 'platform', 'locale', 'tags', 'createdAt']);

/** Who can be pushed to. */
export function createInstallations({ store, clock }: Frame, settings: MessagingSettings) {
  const rowsOf = (context: ProjectContext) => store.kind(context, InstallationKind);

  /** The filter of an audience. @throws audienceInvalid */
  function audienceFilter(audience: unknown): RowFilter {
    try {
      const condition = parseCondition(audience, { variables: [] });
      const unknown = fieldsOf(condition).find((field) => !AUDIENCE_FIELDS.has(field));
      if (unknown !== undefined) throw audienceInvalid({ reason: `there is no field ${unknown}; use ${[...AUDIENCE_FIELDS].join(', ')}.` });
      return compileFilter(condition);
    } catch (error) {
      throw error instanceof ConditionError ? audienceInvalid({ reason: error.message }) : error;
    }
  }

  return {
    audienceFilter,

    /** Registers or renews an installation. An endpoint or token that another one has moves here. @throws endpointRefused, invalidInput */
    async put(context: ProjectContext, id: string, body: InstallationBody): Promise<{ installation: Installation; isNew: boolean }> {
      const address = body.subscription?.endpoint ?? body.token;
      if (address === undefined || (body.platform === 'web') !== (body.subscription !== undefined)) {
        throw invalidInput(undefined, {
          issues: [{ path: 'subscription', code: 'required', message: 'The web has a subscription, other platforms a token.' }],
        });
      }
      if (body.subscription !== undefined && !settings.allowPrivateEndpoints) await checkEndpoint(address);
      const rows = rowsOf(context);
      const now = new Date(clock.now());
      const { principal } = context;
      const set = {
        platform: body.platform,
        address,
        keys: body.subscription?.keys ?? null,
        userId: principal.type === 'user' ? principal.id : null,
        locale: body.locale ?? null,
        tags: [...new Set(body.tags)],
        updatedAt: now,
      };
      const existing = await rows.findOne({ id });
      await rows.deleteMany({ address, id: { $ne: id } });
      await upsert(context, id, { $set: set, $setOnInsert: { createdAt: now } });
      const row = { id, ...set, createdAt: existing?.createdAt ?? now };
      store.signals.announce(context, { topic: 'push', type: 'installation.registered', data: presentInstallation(row) });
      return { installation: presentInstallation(row), isNew: existing === null };
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

    /** The provider says that it is gone. Not if it was registered anew meanwhile. */
    async remove(context: ProjectContext, { id, address }: InstallationRow): Promise<void> {
      await rowsOf(context).delete({ id, address });
    },
  };

  async function upsert(context: ProjectContext, id: string, update: Record<string, unknown>): Promise<void> {
    try {
      await rowsOf(context).update({ id }, update, { upsert: true });
    } catch (error) {
      // Two registrations of one installation at once: the other one made it, this one renews it.
      if (!(error instanceof DuplicateKeyError)) throw error;
      await rowsOf(context).update({ id }, update);
    }
  }
}
export type Installations = ReturnType<typeof createInstallations>;

/** An installation as the API shows it: without its address, which is a right to send. */
export function presentInstallation(row: InstallationRow): Installation {
  const { id, platform, userId, locale, tags, createdAt, updatedAt } = row;
  return { id, platform, userId, locale, tags: [...tags], createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
