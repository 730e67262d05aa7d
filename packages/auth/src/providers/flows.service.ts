import type { Frame } from '@mainstay/host';
import type { ProjectContext, Seal, UserId } from '@mainstay/kernel';
import { createSecret, Problem } from '@mainstay/kernel';
import { createHash } from 'node:crypto';
import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
} from 'openid-client';
import type { AttemptGuard } from '@mainstay/passwords';
import { providerFlowInvalid, providerUnreachable } from '../auth.problems.ts';
import type { AuthSettings } from '../auth.settings.ts';
import type { Policies } from '../policy/policy.service.ts';
import { hashToken } from '../sessions/hash-token.ts';
import type { ProviderClients } from './create-provider-clients.ts';
import { presetOf } from './preset-of.ts';
import type { ProviderProfile } from './provider-profile.ts';
import type { FlowRow, ProviderRow } from './providers.model.ts';
import { FlowKind } from './providers.model.ts';
import type { Providers } from './providers.service.ts';
import { readProfile } from './read-profile.ts';

const HOUR_MS = 3_600_000;
/** How long somebody may take at the provider. */
const FLOW_MS = 600_000;
/** How long the app may take to exchange the code. */
const CODE_MS = 300_000;
const PROFILE_FIELD = 'flow-profile';
const VERIFIER_FIELD = 'flow-verifier';

/** What flows need besides the frame. */
export interface FlowsDependencies {
  readonly settings: AuthSettings;
  readonly seal: Seal;
  readonly policies: Policies;
  readonly guard: AttemptGuard;
  readonly providers: Providers;
  readonly clients: ProviderClients;
}

/** What a flow begins with. */
export interface FlowStart {
  readonly provider: ProviderRow;
  readonly redirectTo?: string | undefined;
  readonly codeChallenge: string;
  readonly loginHint?: string | undefined;
  readonly ip: string;
  /** The secret of the browser's cookie; or the user who adds an identity. */
  readonly by: { readonly browser: string } | { readonly user: UserId };
}

/** The browser, back from the provider. */
export interface FlowAnswer {
  readonly provider: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly browser: string | undefined;
}

/** What a code for the app was worth. */
export interface FlowResult {
  readonly provider: string;
  readonly profile: ProviderProfile;
}

/** Ways through a provider in a browser: OAuth 2.0 and OpenID Connect with state, nonce and PKCE (RFC 9700). */
export function createFlows({ store, clock }: Frame, { settings, seal, policies, guard, providers, clients }: FlowsDependencies) {
  const rowsOf = (context: ProjectContext) => store.kind(context, FlowKind);
  const now = (): Date => new Date(clock.now());

  async function clientOf(context: ProjectContext, provider: ProviderRow) {
    try {
      return await clients.get(context, provider);
    } catch (error) {
      context.log.warn({ provider: provider.id, reason: reasonOf(error) }, 'a sign-in provider cannot be used');
      throw providerUnreachable(undefined, { cause: error });
    }
  }

  /** Who came back, as the provider says. @throws Error when the answer is not the one that was asked for */
  async function profileOf(context: ProjectContext, flow: FlowRow, { parameters }: FlowAnswer): Promise<ProviderProfile> {
    const provider = await providers.findOn(context, flow.provider);
    const client = await clientOf(context, provider);
    const url = new URL(flow.redirectUri);
    for (const [name, value] of Object.entries(parameters)) if (typeof value === 'string') url.searchParams.set(name, value);
    const expectedState = typeof parameters['state'] === 'string' ? parameters['state'] : '';
    const isOpenId = presetOf(provider).oauth2 === undefined;
    const tokens = await authorizationCodeGrant(client, url, {
      expectedState,
      pkceCodeVerifier: seal.unseal(context, VERIFIER_FIELD, flow.sealedVerifier),
      ...(isOpenId ? { expectedNonce: flow.nonce, idTokenExpected: true } : {}),
    });
    const profile = await readProfile(client, provider, tokens);
    return profile.name === null ? { ...profile, name: appleName(provider, parameters) } : profile;
  }

  /** Takes the one step that comes next: of many at once exactly one does. */
  const step = (context: ProjectContext, expected: Record<string, unknown>, set: Partial<FlowRow>): Promise<FlowRow | null> =>
    rowsOf(context).findOneAndUpdate({ ...expected, expiresAt: { $gt: now() } }, { $set: set });

  return {
    /** Whether the provider is there, and is what it should be. @throws providerUnreachable */
    async check(context: ProjectContext, provider: ProviderRow): Promise<void> {
      await clientOf(context, provider);
    },

    /** Where the browser has to go. @throws redirectRefused, appUrlMissing, limitExceeded, providerUnreachable */
    async begin(context: ProjectContext, { provider, redirectTo, codeChallenge, loginHint, ip, by }: FlowStart): Promise<string> {
      const destination = await policies.destination(context, redirectTo);
      await guard.take(context, [
        { name: 'sign-ins with providers per hour', key: `flows ${ip}`, allowed: settings.flowsPerIpHour, windowMs: HOUR_MS },
      ]);
      const client = await clientOf(context, provider);
      const [state, nonce, verifier] = [createSecret(), randomNonce(), randomPKCECodeVerifier()];
      const redirectUri = providers.callbackUrl(context, provider.id);
      const { scopes, parameters, oauth2 } = presetOf(provider);
      await rowsOf(context).insert({
        id: hashToken(state),
        provider: provider.id,
        step: 'begun',
        nonce,
        sealedVerifier: seal.seal(context, VERIFIER_FIELD, verifier),
        browserHash: 'browser' in by ? hashToken(by.browser) : null,
        redirectUri,
        destination,
        codeChallenge,
        linkTo: 'user' in by ? by.user : null,
        createdAt: now(),
        expiresAt: new Date(clock.now() + FLOW_MS),
      });
      const url = buildAuthorizationUrl(client, {
        ...parameters,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope: (provider.scopes.length > 0 ? provider.scopes : scopes).join(' '),
        state,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(oauth2 === undefined ? { nonce } : {}),
        ...(loginHint === undefined ? {} : { login_hint: loginHint }),
      });
      return url.href;
    },

    /**
     * Where the browser goes after it came back: to the app, with a code that works once, or with an error.
     * @throws providerFlowInvalid when this browser has begun no such flow
     */
    async answer(context: ProjectContext, answer: FlowAnswer): Promise<string> {
      const { state } = answer.parameters;
      const browserHash = { $in: [null, ...(answer.browser === undefined ? [] : [hashToken(answer.browser)])] };
      const expected = { id: hashToken(typeof state === 'string' ? state : ''), provider: answer.provider, step: 'begun', browserHash };
      const flow = await step(context, expected, { step: 'answered' });
      if (flow === null) throw providerFlowInvalid();
      try {
        const profile = await profileOf(context, flow, answer);
        const code = `mo_${createSecret()}`;
        const sealedProfile = seal.seal(context, PROFILE_FIELD, JSON.stringify(profile));
        const expiresAt = new Date(clock.now() + CODE_MS);
        await step(context, { id: flow.id, step: 'answered' }, { step: 'proven', codeHash: hashToken(code), sealedProfile, expiresAt });
        return withParameters(flow.destination, { code });
      } catch (error) {
        return withParameters(flow.destination, { error: errorCode(context, flow, error) });
      }
    },

    /** Exchanges the code of an app that knows its verifier; of many at once exactly one does. @throws providerFlowInvalid */
    async exchange(
      context: ProjectContext,
      { code, codeVerifier }: { code: string; codeVerifier: string },
      linkTo: UserId | null,
    ): Promise<FlowResult> {
      const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
      const flow = await step(context, { codeHash: hashToken(code), codeChallenge, linkTo, step: 'proven' }, { step: 'used' });
      if (flow?.sealedProfile === undefined) throw providerFlowInvalid();
      return { provider: flow.provider, profile: JSON.parse(seal.unseal(context, PROFILE_FIELD, flow.sealedProfile)) as ProviderProfile };
    },
  };
}
export type Flows = ReturnType<typeof createFlows>;

function withParameters(destination: string, parameters: Record<string, string>): string {
  const url = new URL(destination);
  url.hash = '';
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** What the app is told. Whatever a provider writes of its errors stays in our log. */
function errorCode(context: ProjectContext, flow: FlowRow, error: unknown): string {
  if (error instanceof AuthorizationResponseError && error.error === 'access_denied') return 'access_denied';
  if (error instanceof Problem) return error.code;
  context.log.warn({ provider: flow.provider, reason: reasonOf(error) }, 'a sign-in provider gave no usable answer');
  return 'provider_failed';
}

/** What the log says: the message alone, as what else the library adds may hold tokens. */
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown');

/** Apple tells the name once, beside the token, and unsigned: good enough for a name. */
function appleName({ preset }: ProviderRow, { user }: Readonly<Record<string, unknown>>): string | null {
  if (preset !== 'apple' || typeof user !== 'string') return null;
  try {
    const { name } = JSON.parse(user) as { name?: { firstName?: unknown; lastName?: unknown } };
    const words = [name?.firstName, name?.lastName].filter((word) => typeof word === 'string');
    return words.join(' ').trim().slice(0, 200) || null;
  } catch {
    return null;
  }
}
