import { defineRoute, userNeeded } from '@mainstay/http';
import type { ProjectContext, UserPrincipal } from '@mainstay/kernel';
import { z } from 'zod';
import { SignedIn } from '../auth.schema.ts';
import type { Auth } from '../create-auth.ts';
import { Identity } from '../identities/identities.schema.ts';
import { presentIdentity } from '../identities/identities.service.ts';
import { CodeAttempt, CodeHandle } from '../proofs/proofs.schema.ts';
import { clientOf } from '../users/client-of.ts';
import { OwnPhone, SmsRequest, SmsSender, SmsSenderBody, SmsTest } from './sms.schema.ts';
import { SMS } from './sms-codes.service.ts';

const ADMIN = { access: 'server', role: 'admin' } as const;
const WAY_IN = { method: 'post', answersSecret: true, ignoresBearer: true, access: 'client' } as const;

/** Sign-in by a code in a text message, and how messages are sent. */
export function smsRoutes(auth: Auth) {
  return [...signInRoutes(auth), ...ownNumberRoutes(auth), ...senderRoutes(auth)];
}

function signInRoutes({ smsCodes, captchas, providerSignIn, signIn }: Auth) {
  return [
    defineRoute({
      ...WAY_IN,
      path: '/auth/sms',
      summary: 'Ask for a code by text message that signs in',
      body: SmsRequest,
      status: 202,
      response: CodeHandle,
      async handle(context, { body, ip }) {
        await captchas.check(context, { action: 'otp', token: body.captchaToken, ip });
        return { handle: await smsCodes.request(context, { ...body, ip }) };
      },
    }),
    defineRoute({
      ...WAY_IN,
      path: '/auth/sms/verify',
      summary: 'Sign in by a code from a text message',
      body: CodeAttempt,
      status: 200,
      response: SignedIn,
      async handle(context, input) {
        const { phone } = await smsCodes.use(context, { ...input.body, userId: null });
        const client = clientOf(input, SMS);
        const user = await providerSignIn.userOf(context, await smsCodes.vouchedBy(context, phone, client));
        return signIn(context, user, client);
      },
    }),
  ];
}

/** @throws userNeeded when the caller is not a user */
function userOf({ principal }: ProjectContext): UserPrincipal {
  if (principal.type !== 'user') throw userNeeded();
  return principal;
}

function ownNumberRoutes({ smsCodes, secondFactors, providerSignIn }: Auth) {
  return [
    defineRoute({
      method: 'post',
      path: '/auth/phone',
      answersSecret: true,
      summary: 'Ask for a code that makes a number one’s own',
      access: 'user',
      body: OwnPhone,
      status: 202,
      response: CodeHandle,
      async handle(context, { body, ip }) {
        const user = userOf(context);
        await secondFactors.needFresh(context, user);
        return { handle: await smsCodes.request(context, { ...body, ip, userId: user.id }) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/phone/confirm',
      summary: 'Make a number one’s own: it signs in from now on',
      access: 'user',
      body: CodeAttempt,
      status: 200,
      response: Identity,
      async handle(context, input) {
        const { id } = userOf(context);
        const { phone } = await smsCodes.use(context, { ...input.body, userId: id });
        const vouched = await smsCodes.vouchedBy(context, phone, clientOf(input, SMS));
        return presentIdentity(await providerSignIn.link(context, id, vouched));
      },
    }),
  ];
}

function senderRoutes({ smsSender }: Auth) {
  return [
    defineRoute({
      ...ADMIN,
      method: 'get',
      path: '/auth/sms/sender',
      summary: 'Get how text messages are sent',
      status: 200,
      response: z.object({ sender: SmsSender.nullable() }),
      handle: async (context) => ({ sender: await smsSender.get(context) }),
    }),
    defineRoute({
      ...ADMIN,
      method: 'put',
      path: '/auth/sms/sender',
      summary: 'Set how text messages are sent',
      body: SmsSenderBody,
      status: 200,
      response: SmsSender,
      handle: (context, { body }) => smsSender.put(context, body),
    }),
    defineRoute({
      ...ADMIN,
      method: 'delete',
      path: '/auth/sms/sender',
      summary: 'Send no text messages any more',
      status: 204,
      handle: (context) => smsSender.remove(context),
    }),
    defineRoute({
      ...ADMIN,
      method: 'post',
      path: '/auth/sms/sender/test',
      summary: 'Send a text message to try it',
      body: SmsTest,
      status: 204,
      handle: (context, { body }) =>
        smsSender.send(context, { to: body.to, text: `A message of ${context.project.name} to try whether it comes.` }),
    }),
  ];
}
