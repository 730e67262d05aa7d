import type { Frame } from '@mainstay/host';
import type { ProjectContext, UserId } from '@mainstay/kernel';
import { createSecret } from '@mainstay/kernel';
import type { AttemptGuard } from '@mainstay/passwords';
import { codeInvalid, signInWayOff } from '../auth.problems.ts';
import type { AuthSettings } from '../auth.settings.ts';
import type { Policies } from '../policy/policy.service.ts';
import { codeHash } from '../proofs/proofs.service.ts';
import type { ProviderProfile } from '../providers/provider-profile.ts';
import type { Vouched } from '../providers/provider-sign-in.service.ts';
import type { Client } from '../sessions/sessions.service.ts';
import { hashToken } from '../sessions/hash-token.ts';
import type { SmsCodeRow } from './sms.model.ts';
import { SmsCodeKind } from './sms.model.ts';
import type { SmsSenders } from './sms-sender.service.ts';

export const SMS_JOB = 'send-sms';
/** Under this name telephone numbers are identities. */
export const SMS = 'sms';
const HOUR_MS = 3_600_000;
const MAX_GUESSES = 5;

/** A wish for a code. */
export interface SmsCodeRequest {
  readonly phone: string;
  readonly ip: string;
  /** Whose number it is to become; left out, it signs in. */
  readonly userId?: UserId;
  readonly locale?: string | undefined;
}

/** What codes need besides the frame. */
export interface SmsCodesDependencies {
  readonly settings: AuthSettings;
  readonly policies: Policies;
  readonly guard: AttemptGuard;
  readonly smsSender: SmsSenders;
}

/** The number as what somebody vouches for: nothing else is known of its owner. */
export function profileOfPhone(phone: string): ProviderProfile {
  return { issuer: SMS, subject: phone, email: null, emailVerified: false, name: null };
}

/**
 * Codes by text message. As with mails, a request only notes what is wanted, and a job looks whether anybody has the number, so that
 * neither the answer nor its time can tell. Messages cost money: they are bounded by number, by place and by project.
 */
export function createSmsCodes({ store, jobs, clock }: Frame, { settings, policies, guard, smsSender }: SmsCodesDependencies) {
  const rowsOf = (context: ProjectContext) => store.kind(context, SmsCodeKind);

  return {
    /** Asks for a code. @returns the handle that it works with @throws signInWayOff, limitExceeded */
    async request(context: ProjectContext, { phone, ip, userId, locale }: SmsCodeRequest): Promise<string> {
      const policy = await policies.get(context);
      if (!policy.smsCode || (await smsSender.get(context)) === null) throw signInWayOff();
      const perHour = (name: string, key: string, allowed: number) => ({ name, key, allowed, windowMs: HOUR_MS });
      await guard.take(context, [
        perHour('text messages to one number per hour', `sms to ${phone}`, settings.smsPerNumberHour),
        perHour('text messages asked for by one address per hour', `sms ip ${ip}`, settings.smsPerIpHour),
        perHour('text messages of a project per hour', 'sms', settings.smsPerProjectHour),
      ]);
      const handle = `mc_${createSecret()}`;
      const now = clock.now();
      await rowsOf(context).insert({
        id: hashToken(handle),
        phone,
        userId: userId ?? null,
        locale: locale ?? policy.locale,
        state: 'asked',
        dueAt: new Date(now),
        secretHash: null,
        guesses: 0,
        tries: 0,
        createdAt: new Date(now),
        expiresAt: new Date(now + policy.codeMinutes * 60_000),
      });
      await jobs.ticket(context, SMS_JOB);
      return handle;
    },

    /** Uses a code up: of many right ones at once exactly one succeeds, and wrong ones are few. @throws codeInvalid */
    async use(context: ProjectContext, attempt: { handle: string; code: string; userId: UserId | null }): Promise<SmsCodeRow> {
      const id = hashToken(attempt.handle);
      const alive = { id, userId: attempt.userId, state: 'sent', expiresAt: { $gt: new Date(clock.now()) } };
      const counted = await rowsOf(context).findOneAndUpdate({ ...alive, guesses: { $lt: MAX_GUESSES } }, { $inc: { guesses: 1 } });
      if (counted === null) throw codeInvalid();
      const used = await rowsOf(context).findOneAndUpdate(
        { ...alive, secretHash: codeHash(id, attempt.code) },
        { $set: { state: 'used' } },
      );
      if (used === null) throw codeInvalid();
      return used;
    },

    /** What a shown number is worth: as a provider's word, without an address. */
    async vouchedBy(context: ProjectContext, phone: string, client: Client): Promise<Vouched> {
      const { createsUsers } = await policies.get(context);
      return { profile: profileOfPhone(phone), provider: { id: SMS, createsUsers, linkByEmail: false }, client };
    },
  };
}
export type SmsCodes = ReturnType<typeof createSmsCodes>;
