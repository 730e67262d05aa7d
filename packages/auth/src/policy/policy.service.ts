import { ConditionError, compilePredicate, parseConditionInput } from '@mainstay/conditions';
import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { invalidInput, LoadingCache } from '@mainstay/kernel';
import { signUpRefused } from '../auth.problems.ts';
import { isBelowDomain, isDisposableDomain } from '../hooks/is-disposable-domain.ts';
import { chooseDestination, parseDestination } from './choose-destination.ts';
import { PolicyKind } from './policy.model.ts';
import type { AuthPolicyPatch } from './policy.schema.ts';
import { AuthPolicy } from './policy.schema.ts';

const ID = 'policy';
const TOPIC = 'auth-policy';
/** A change that a process missed matters for at most this long. */
const CACHE = { maxEntries: 10_000, maxAgeMs: 30_000 };

interface Known {
  readonly policy: AuthPolicy;
  readonly maySignUp: (candidate: Record<string, unknown>) => boolean;
}

/** How the users of each project may sign in. */
export function createPolicies({ store, place }: Frame) {
  const known = new LoadingCache<Known>(CACHE);
  store.signals.onInvalidate(TOPIC, (key) => known.invalidate(key));
  const rowsOf = (context: ProjectContext) => store.kind(context, PolicyKind);

  const load = (context: ProjectContext): Promise<Known> =>
    known.get(context.project.id, async () => {
      const stored = await rowsOf(context).findOne({ id: ID });
      const policy = AuthPolicy.parse(unpacked({ ...stored }));
      return { policy, maySignUp: predicateOf(policy.signUpCondition) };
    });

  return {
    async get(context: ProjectContext): Promise<AuthPolicy> {
      return (await load(context)).policy;
    },

    /** Hears of projects whose policy changed, in every process. */
    onChange: (listener: (project: string) => void): void => store.signals.onInvalidate(TOPIC, listener),

    /** Where a link leads: as asked for if the project allows it. @throws redirectRefused, appUrlMissing */
    async destination(context: ProjectContext, asked?: string): Promise<string> {
      const { policy } = await load(context);
      const { project } = context;
      const pageUrl = policy.hostedPage ? `${place.origin()}/p/${project.id}/auth/ui` : null;
      return chooseDestination(asked, { policy, project, pageUrl });
    },

    /** @throws invalidInput for a condition or an address that is none */
    async change(context: ProjectContext, patch: AuthPolicyPatch): Promise<AuthPolicy> {
      check(patch, (await load(context)).policy);
      const { signUpCondition, ...rest } = patch;
      // As text: names such as $eq have no place in stored fields.
      const condition = signUpCondition === undefined ? {} : { signUpCondition: JSON.stringify(signUpCondition) };
      const set = Object.fromEntries(Object.entries({ ...rest, ...condition }).filter(([, value]) => value !== undefined));
      if (Object.keys(set).length > 0) {
        await rowsOf(context).update({ id: ID }, { $set: set }, { upsert: true });
        store.signals.invalidate(TOPIC, context.project.id);
        // Open connections are let in again: their users may need a second factor now.
        if (patch.secondFactor !== undefined || patch.secondFactorRoles !== undefined) {
          store.signals.invalidate('session', `${context.project.id}:policy`);
        }
      }
      return (await load(context)).policy;
    },

    /** Whether a user may change to an address: what may not sign up may not come in this way. @throws signUpRefused */
    async checkAddress(context: ProjectContext, email: string): Promise<void> {
      const { policy, maySignUp } = await load(context);
      const domain = email.slice(email.lastIndexOf('@') + 1);
      if (isRefusedDomain(policy, domain) || !maySignUp({ email, domain, username: null })) throw signUpRefused();
    },

    /** @throws signUpRefused where nobody may sign up, or not with this address */
    async checkSignUp(context: ProjectContext, { email, username }: { email?: string | undefined; username?: string | undefined }) {
      const { policy, maySignUp } = await load(context);
      const domain = email?.slice(email.lastIndexOf('@') + 1);
      const isRefused = domain !== undefined && isRefusedDomain(policy, domain);
      if (isRefused || !policy.signUp || !maySignUp({ email: email ?? null, domain: domain ?? null, username: username ?? null }))
        throw signUpRefused();
    },
  };
}
export type Policies = ReturnType<typeof createPolicies>;

function isRefusedDomain({ refusesDisposable, refusedDomains }: AuthPolicy, domain: string): boolean {
  return isBelowDomain(domain, refusedDomains) || (refusesDisposable && isDisposableDomain(domain));
}

function unpacked({ signUpCondition, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return typeof signUpCondition === 'string' ? { ...rest, signUpCondition: JSON.parse(signUpCondition) as unknown } : rest;
}

function predicateOf(condition: unknown): (candidate: Record<string, unknown>) => boolean {
  if (condition === null) return () => true;
  const matches = compilePredicate(parseConditionInput(condition, { variables: [] }));
  return (candidate) => matches(candidate as never);
}

interface Issue {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

function check(patch: AuthPolicyPatch, stored: AuthPolicy): void {
  const issues = [
    ...destinationIssues(patch),
    ...conditionIssues(patch),
    ...factorIssues({ ...stored, ...definedOf(patch) }),
    ...passkeyIssues(patch),
  ];
  if (issues.length > 0) throw invalidInput(undefined, { issues });
}

const definedOf = (patch: AuthPolicyPatch): Partial<AuthPolicy> =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));

function destinationIssues({ appUrl, redirectUrls }: AuthPolicyPatch): Issue[] {
  const destinations = [
    ...(appUrl == null ? [] : [['appUrl', appUrl] as const]),
    ...(redirectUrls ?? []).map((url, position) => [`redirectUrls.${position}`, url] as const),
  ];
  return destinations
    .filter(([, url]) => parseDestination(url) === null)
    .map(([path]) => ({ path, code: 'bad_destination', message: 'Give an https address, one of an own scheme, or http on localhost.' }));
}

function conditionIssues({ signUpCondition }: AuthPolicyPatch): Issue[] {
  if (signUpCondition === undefined) return [];
  try {
    predicateOf(signUpCondition);
    return [];
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    return [{ path: 'signUpCondition', code: 'bad_condition', message: error.message }];
  }
}

/** Who needs a factor must be able to set one up: otherwise nobody could sign in. */
function factorIssues({ secondFactor, secondFactorRoles, secondFactorMethods }: AuthPolicy): Issue[] {
  const isNeeded = secondFactor === 'required' || (secondFactor === 'optional' && secondFactorRoles.length > 0);
  if (!isNeeded || secondFactorMethods.some((method) => method !== 'email')) return [];
  return [
    {
      path: 'secondFactorMethods',
      code: 'no_method',
      message: 'Where a second factor is needed, users must be able to set up an app or a passkey.',
    },
  ];
}

/** Browsers give a passkey to pages of its domain only. */
function passkeyIssues({ passkeys }: AuthPolicyPatch): Issue[] {
  return (passkeys?.origins ?? []).flatMap((origin, position) => {
    const host = origin.startsWith('http') ? new URL(origin).hostname : passkeys?.rpId;
    if (host === passkeys?.rpId || host?.endsWith(`.${passkeys?.rpId ?? ''}`) === true) return [];
    return [
      { path: `passkeys.origins.${position}`, code: 'bad_origin', message: 'Pages that ask for passkeys lie in the domain or below it.' },
    ];
  });
}
