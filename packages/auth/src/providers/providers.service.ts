import type { Frame } from '@mainstay/host';
import type { ProjectContext, Seal } from '@mainstay/kernel';
import { createId, invalidInput, isPublicAddress, limitExceeded, literalAddress } from '@mainstay/kernel';
import { createPrivateKey } from 'node:crypto';
import { providerNotFound, providerOff } from '../auth.problems.ts';
import type { AuthSettings } from '../auth.settings.ts';
import { presetOf } from './preset-of.ts';
import type { ProviderRow } from './providers.model.ts';
import { ProviderKind } from './providers.model.ts';
import type { Provider, ProviderBody } from './providers.schema.ts';

/** What providers need besides the frame. */
export interface ProvidersDependencies {
  readonly settings: AuthSettings;
  readonly seal: Seal;
}

/** The providers that each project set up. */
export function createProviders({ store, clock, place }: Frame, { settings, seal }: ProvidersDependencies) {
  const rowsOf = (context: ProjectContext) => store.kind(context, ProviderKind);

  /** Where the provider sends browsers back to: registered there, and so never what a request says. */
  const callbackUrl = (context: ProjectContext, name: string): string =>
    `${place.origin()}/p/${context.project.id}/v1/auth/providers/${name}/callback`;

  /** The provider as the API shows it. */
  function present(context: ProjectContext, row: ProviderRow): Provider {
    const { id, sealedSecret, revision: _, audiences, scopes, createdAt, ...rest } = row;
    return {
      ...rest,
      name: id,
      audiences: [...audiences],
      scopes: [...scopes],
      hasSecret: sealedSecret !== null,
      callbackUrl: callbackUrl(context, id),
      createdAt: createdAt.toISOString(),
    };
  }

  async function find(context: ProjectContext, name: string): Promise<ProviderRow> {
    const row = await rowsOf(context).findOne({ id: name });
    if (row === null) throw providerNotFound();
    return row;
  }

  return {
    callbackUrl,
    present,
    find,

    /** A provider that is switched on. @throws providerNotFound, providerOff */
    async findOn(context: ProjectContext, name: string): Promise<ProviderRow> {
      const row = await find(context, name);
      if (!row.enabled) throw providerOff();
      return row;
    },

    list: (context: ProjectContext): Promise<ProviderRow[]> => rowsOf(context).find({}, { sort: { id: 1 }, limit: 200 }),

    /** The providers that apps may show. */
    async offered(context: ProjectContext): Promise<{ name: string; preset: ProviderRow['preset'] }[]> {
      const rows = await rowsOf(context).find({ enabled: true }, { sort: { createdAt: 1 }, limit: 200 });
      return rows.map(({ id, preset }) => ({ name: id, preset }));
    },

    /** Sets a provider up, or anew. @throws invalidInput, limitExceeded */
    async put(context: ProjectContext, name: string, { clientSecret, ...body }: ProviderBody): Promise<ProviderRow> {
      const old = await rowsOf(context).findOne({ id: name });
      if (old === null && (await rowsOf(context).count({})) >= settings.providersPerProject) {
        throw limitExceeded({ limit: 'sign-in providers', allowed: settings.providersPerProject });
      }
      check({ ...body, clientSecret }, settings.allowPrivateIssuers);
      // What was given for one place is not sent to another.
      const isElsewhere = old !== null && (old.preset !== body.preset || old.issuer !== body.issuer);
      if (isElsewhere && old.sealedSecret !== null && clientSecret === undefined) {
        const message = 'Give the secret again: the stored one belongs to another provider. Null is none.';
        throw invalidInput(undefined, { issues: [{ path: 'clientSecret', code: 'required', message }] });
      }
      const kept = clientSecret === undefined ? (old?.sealedSecret ?? null) : null;
      const sealedSecret = clientSecret == null ? kept : seal.seal(context, `provider:${name}`, clientSecret);
      const set = { ...body, sealedSecret, revision: createId() };
      const onInsert = { createdAt: new Date(clock.now()) };
      await rowsOf(context).update({ id: name }, { $set: set, $setOnInsert: onInsert }, { upsert: true });
      return find(context, name);
    },

    /** Removes a provider. Identities of its users stay, for the day it comes back. @throws providerNotFound */
    async delete(context: ProjectContext, name: string): Promise<void> {
      if ((await rowsOf(context).delete({ id: name })) === 0) throw providerNotFound();
    },
  };
}
export type Providers = ReturnType<typeof createProviders>;

function check(body: ProviderBody, allowPrivate: boolean): void {
  const wrong = [...issuerIssues(body, allowPrivate), ...appleIssues(body)];
  if (wrong.length > 0) throw invalidInput(undefined, { issues: wrong });
}

function issuerIssues({ preset, issuer }: ProviderBody, allowPrivate: boolean) {
  const known = presetOf({ preset, issuer }).issuer;
  if (isIssuer(known, allowPrivate)) return [];
  return [{ path: 'issuer', code: 'bad_issuer', message: 'Give a public https address such as https://id.example.com' }];
}

function isIssuer(text: string, allowPrivate: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash, hostname } = new URL(text);
  if (username !== '' || password !== '' || search !== '' || hash !== '') return false;
  if (allowPrivate) return protocol === 'https:' || protocol === 'http:';
  const literal = literalAddress(hostname);
  return protocol === 'https:' && (literal === null || isPublicAddress(literal));
}

function appleIssues({ preset, clientSecret, teamId, keyId }: ProviderBody) {
  if (preset !== 'apple' || clientSecret == null) return [];
  return [
    ...(teamId === null ? [{ path: 'teamId', code: 'required', message: 'Apple needs the id of your team.' }] : []),
    ...(keyId === null ? [{ path: 'keyId', code: 'required', message: 'Apple needs the id of the key.' }] : []),
    ...(isEs256Key(clientSecret) ? [] : [{ path: 'clientSecret', code: 'bad_key', message: 'Give the text of the .p8 file.' }]),
  ];
}

function isEs256Key(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}
