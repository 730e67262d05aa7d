import type { Frame } from '@mainstay/host';
import type { ProjectContext, Seal } from '@mainstay/kernel';
import { invalidInput, LoadingCache, rulesApplyTo } from '@mainstay/kernel';
import { z } from 'zod';
import { captchaNeeded, hookNotFound, hookUnavailable } from '../auth.problems.ts';
import type { AuthSettings } from '../auth.settings.ts';
import { callOutside, isCallable } from './call-outside.ts';
import type { CaptchaRow } from './hooks.model.ts';
import { CaptchaKind } from './hooks.model.ts';
import type { Captcha, CaptchaAction, CaptchaBody } from './hooks.schema.ts';

const ID = 'captcha';
const TOPIC = 'auth-captcha';
const FIELD = 'captcha secret';
const CACHE = { maxEntries: 10_000, maxAgeMs: 30_000 };
/** All three take the same form and answer alike. */
const VERIFY_URLS: Readonly<Record<Captcha['provider'], string>> = {
  hcaptcha: 'https://api.hcaptcha.com/siteverify',
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
  recaptcha: 'https://www.google.com/recaptcha/api/siteverify',
};
const Verdict = z.object({ success: z.boolean(), score: z.number().optional() });

/** Solved by somebody, and where. */
export interface CaptchaAttempt {
  readonly action: CaptchaAction;
  readonly token: string | undefined;
  readonly ip: string;
}

/** Captchas of projects in front of what robots like to do. */
export function createCaptchas({ store }: Frame, { settings, seal }: { settings: AuthSettings; seal: Seal }) {
  const known = new LoadingCache<CaptchaRow | null>(CACHE);
  store.signals.onInvalidate(TOPIC, (key) => known.invalidate(key));
  const rowsOf = (context: ProjectContext) => store.kind(context, CaptchaKind);
  const load = (context: ProjectContext): Promise<CaptchaRow | null> =>
    known.get(context.project.id, () => rowsOf(context).findOne({ id: ID }));

  async function isSolved(context: ProjectContext, row: CaptchaRow, { token, ip }: { token: string; ip: string }): Promise<boolean> {
    const secret = seal.unseal(context, FIELD, row.sealedSecret);
    const { status, text } = await callOutside({
      url: row.verifyUrl ?? VERIFY_URLS[row.provider],
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ secret, response: token, remoteip: ip }).toString(),
      timeoutMs: settings.hookTimeoutMs,
      allowPrivate: settings.allowPrivateHooks,
    });
    if (status !== 200) throw new Error(`the captcha's provider answered ${status}`);
    const { success, score } = Verdict.parse(JSON.parse(text));
    return success && (row.provider !== 'recaptcha' || score === undefined || score >= row.minScore);
  }

  return {
    /** The captcha of the project; null where there is none. */
    async get(context: ProjectContext): Promise<Captcha | null> {
      const row = await load(context);
      return row === null ? null : presentCaptcha(row);
    },

    /** @throws invalidInput without a secret, or for an address that may not be called */
    async put(context: ProjectContext, { secret, ...captcha }: CaptchaBody): Promise<Captcha> {
      const found = await rowsOf(context).findOne({ id: ID });
      const sealedSecret = secret === undefined ? found?.sealedSecret : seal.seal(context, FIELD, secret);
      const issues = [
        ...(sealedSecret === undefined ? [{ path: 'secret', code: 'missing', message: "Give the secret of the captcha's provider." }] : []),
        ...(captcha.verifyUrl === null || isCallable(captcha.verifyUrl, settings.allowPrivateHooks)
          ? []
          : [{ path: 'verifyUrl', code: 'bad_address', message: 'Give an https address that leads to a public place.' }]),
      ];
      if (issues.length > 0) throw invalidInput(undefined, { issues });
      await rowsOf(context).update({ id: ID }, { $set: { ...captcha, sealedSecret } }, { upsert: true });
      store.signals.invalidate(TOPIC, context.project.id);
      return captcha;
    },

    /** @throws hookNotFound */
    async remove(context: ProjectContext): Promise<void> {
      if ((await rowsOf(context).delete({ id: ID })) === 0) throw hookNotFound();
      store.signals.invalidate(TOPIC, context.project.id);
    },

    /** Servers are no robots. @throws captchaNeeded, hookUnavailable where its provider has to answer and does not */
    async check(context: ProjectContext, { action, token, ip }: CaptchaAttempt): Promise<void> {
      if (!rulesApplyTo(context.principal)) return;
      const row = await load(context);
      if (row === null || !row.appliesTo.includes(action)) return;
      if (token === undefined) throw captchaNeeded();
      let solved: boolean;
      try {
        solved = await isSolved(context, row, { token, ip });
      } catch (error) {
        context.log.warn({ reason: error instanceof Error ? error.name : 'unknown' }, "the captcha's provider gave no answer");
        if (row.failsOpen) return;
        throw hookUnavailable(undefined, { retryAfterSeconds: 5, cause: error });
      }
      if (!solved) throw captchaNeeded();
    },
  };
}
export type Captchas = ReturnType<typeof createCaptchas>;

function presentCaptcha({ provider, siteKey, verifyUrl, appliesTo, failsOpen, minScore }: CaptchaRow): Captcha {
  return { provider, siteKey, verifyUrl, appliesTo: [...appliesTo], failsOpen, minScore };
}
