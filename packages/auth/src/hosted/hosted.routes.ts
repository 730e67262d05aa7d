import { defineRoute, userNeeded } from '@mainstay/http';
import { SignedIn } from '../auth.schema.ts';
import type { Auth } from '../create-auth.ts';
import {
  PageCode,
  PageCodeExchange,
  PageCodeRequest,
  PageSettings,
  PageSettingsQuery,
  PageTheme,
  PageThemePatch,
} from './hosted.schema.ts';

/** The sign-in page that we serve: what it shows, how it looks, and how a session gets from it to the app. */
export function hostedRoutes({ themes, pageCodes, providers, captchas }: Auth) {
  return [
    defineRoute({
      method: 'get',
      path: '/auth/ui/settings',
      summary: 'Get what the sign-in page shows',
      access: 'public',
      query: PageSettingsQuery,
      status: 200,
      response: PageSettings,
      handle: async (context, { query }) => ({
        ...(await themes.describe(context, query.redirectTo)),
        providers: await providers.offered(context),
        // What is for servers only is left out by the answer's schema.
        captcha: await captchas.get(context),
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/auth/ui/theme',
      summary: 'Get how the sign-in page looks',
      access: 'server',
      status: 200,
      response: PageTheme,
      handle: (context) => themes.get(context),
    }),
    defineRoute({
      method: 'patch',
      path: '/auth/ui/theme',
      summary: 'Change how the sign-in page looks',
      access: 'server',
      role: 'admin',
      body: PageThemePatch,
      status: 200,
      response: PageTheme,
      handle: (context, { body }) => themes.change(context, body),
    }),
    defineRoute({
      method: 'post',
      path: '/auth/ui/codes',
      answersSecret: true,
      summary: 'Get a code that carries the own session from the sign-in page to the app',
      access: 'user',
      body: PageCodeRequest,
      status: 201,
      response: PageCode,
      handle(context, { body }) {
        if (context.principal.type !== 'user') throw userNeeded();
        return pageCodes.issue(context, context.principal, body);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/ui/exchange',
      answersSecret: true,
      ignoresBearer: true,
      summary: 'Get the session that the sign-in page began',
      access: 'client',
      body: PageCodeExchange,
      status: 200,
      response: SignedIn,
      handle: (context, { body }) => pageCodes.exchange(context, body),
    }),
  ];
}
