import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { LoadingCache, Problem } from '@mainstay/kernel';
import { redirectRefused, signInWayOff } from '../auth.problems.ts';
import type { AuthSettings } from '../auth.settings.ts';
import { passkeySite } from '../passkeys/passkey-site.ts';
import type { SmsSenders } from '../sms/sms-sender.service.ts';
import type { Policies } from '../policy/policy.service.ts';
import { ThemeKind } from './hosted.model.ts';
import type { PageSettings, PageThemePatch } from './hosted.schema.ts';
import { PageTheme } from './hosted.schema.ts';

const ID = 'theme';
const TOPIC = 'auth-theme';
/** A change that a process missed matters for at most this long. */
const CACHE = { maxEntries: 10_000, maxAgeMs: 30_000 };

/** What the page needs besides the frame. */
export interface ThemesDependencies {
  readonly settings: AuthSettings;
  readonly policies: Policies;
  readonly smsSender: SmsSenders;
}

/** How the sign-in page of each project looks, and what it offers. */
export function createThemes({ store, place }: Frame, { settings, policies, smsSender }: ThemesDependencies) {
  const known = new LoadingCache<PageTheme>(CACHE);
  store.signals.onInvalidate(TOPIC, (key) => known.invalidate(key));
  const rowsOf = (context: ProjectContext) => store.kind(context, ThemeKind);
  const get = (context: ProjectContext): Promise<PageTheme> =>
    known.get(context.project.id, async () => PageTheme.parse({ ...(await rowsOf(context).findOne({ id: ID })) }));

  async function mayLeadTo(context: ProjectContext, redirectTo: string): Promise<boolean> {
    try {
      await policies.destination(context, redirectTo);
      return true;
    } catch (error) {
      if (error instanceof Problem && error.code === redirectRefused.definition.code) return false;
      throw error;
    }
  }

  return {
    get,

    async change(context: ProjectContext, patch: PageThemePatch): Promise<PageTheme> {
      const set = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      if (Object.keys(set).length > 0) {
        await rowsOf(context).update({ id: ID }, { $set: set }, { upsert: true });
        store.signals.invalidate(TOPIC, context.project.id);
      }
      return get(context);
    },

    /** What the page shows. @throws signInWayOff where the project does not use it */
    async describe(context: ProjectContext, redirectTo: string | undefined): Promise<Omit<PageSettings, 'providers' | 'captcha'>> {
      const policy = await policies.get(context);
      if (!policy.hostedPage) throw signInWayOff();
      const theme = await get(context);
      const { signUp, passwordReset, magicLink, emailCode, passkeySignIn, locale } = policy;
      const smsCode = policy.smsCode && (await smsSender.get(context)) !== null;
      return {
        name: theme.name ?? context.project.name,
        theme,
        locale,
        ways: { signUp, passwordReset, magicLink, emailCode, smsCode, anonymous: settings.anonymousUsers },
        origin: place.origin(),
        passkeys: { signIn: passkeySignIn, origins: [...passkeySite(policy, context.project, place.origin()).origins] },
        factors: policy.secondFactor === 'off' ? [] : policy.secondFactorMethods,
        redirectAllowed: redirectTo === undefined ? null : await mayLeadTo(context, redirectTo),
      };
    },
  };
}
export type Themes = ReturnType<typeof createThemes>;
