import { definePlatformRoute } from '@mainstay/http';
import { answerSignIn } from '../accounts/answer-sign-in.ts';
import type { Platform } from '../create-platform.ts';
import { SignedIn } from '../platform.schema.ts';
import { PasskeyChallenge, PasskeySignInBody, SecondStepBody, SecondStepToken } from './second-factors.schema.ts';

/** The second step of sign-in, and sign-in by passkey alone. */
export function signInRoutes({ secondStep }: Platform) {
  return [
    definePlatformRoute({
      method: 'post',
      path: '/login/second-factor',
      summary: 'Complete a sign-in with a second factor',
      access: 'public',
      body: SecondStepBody,
      status: 200,
      response: SignedIn,
      handle: async (context, { body }) => answerSignIn(context, await secondStep.complete(body.token, body.factor, context)),
    }),
    definePlatformRoute({
      method: 'post',
      path: '/login/second-factor/passkey',
      summary: 'Ask for a passkey as second factor',
      access: 'public',
      body: SecondStepToken,
      status: 200,
      response: PasskeyChallenge,
      handle: ({ ip }, { body }) => secondStep.beginPasskey(body.token, ip),
    }),
    definePlatformRoute({
      method: 'post',
      path: '/login/passkey/options',
      summary: 'Ask for a passkey to sign in with',
      access: 'public',
      status: 200,
      response: PasskeyChallenge,
      handle: ({ ip }) => secondStep.beginAnyPasskey(ip),
    }),
    definePlatformRoute({
      method: 'post',
      path: '/login/passkey',
      summary: 'Sign in by passkey',
      access: 'public',
      body: PasskeySignInBody,
      status: 200,
      response: SignedIn,
      handle: async (context, { body }) => answerSignIn(context, await secondStep.byPasskey(body, context)),
    }),
  ];
}
