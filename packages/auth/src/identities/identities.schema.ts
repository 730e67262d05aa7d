import { z } from 'zod';
import { ExchangeBody, IdTokenBody, ProviderName } from '../providers/providers.schema.ts';

export const Identity = z
  .object({
    id: z.string(),
    provider: z.string(),
    subject: z.string(),
    email: z.string().nullable(),
    name: z.string().nullable(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime(),
  })
  .meta({ id: 'Identity' });
export type Identity = z.infer<typeof Identity>;
export const IdentityList = z.object({ items: z.array(Identity) });
export const IdentityParams = z.object({ id: z.string().max(64) });
export const UserIdentitiesParams = z.object({ id: z.string().max(64) });
export const UserIdentityParams = UserIdentitiesParams.extend({ identityId: z.string().max(64) });
/** What the provider's browser flow, or its library in a native app, gave. */
export const NewIdentity = z.union([ExchangeBody, IdTokenBody.extend({ provider: ProviderName })]);
