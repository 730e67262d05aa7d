import { defineRoute } from '@mainstay/http';
import { hookNotFound } from '../auth.problems.ts';
import type { Auth } from '../create-auth.ts';
import { Captcha, CaptchaBody, CaptchaForApps, HookBody, HookList, HookParams, HookSecret, HookWithSecret } from './hooks.schema.ts';

const ADMIN = { access: 'server', role: 'admin' } as const;

/** The addresses that are asked before somebody signs up or in, and the captcha. */
export function hooksRoutes(auth: Auth) {
  return [...addressRoutes(auth), ...captchaRoutes(auth)];
}

function addressRoutes({ hooks }: Auth) {
  return [
    defineRoute({
      ...ADMIN,
      method: 'get',
      path: '/auth/hooks',
      summary: 'List the addresses that are asked before a sign-in',
      status: 200,
      response: HookList,
      handle: async (context) => ({ items: await hooks.list(context) }),
    }),
    defineRoute({
      ...ADMIN,
      method: 'put',
      path: '/auth/hooks/:name',
      summary: 'Set an address that is asked before a sign-in',
      params: HookParams,
      body: HookBody,
      answersSecret: true,
      status: 200,
      response: HookWithSecret,
      handle: (context, { params, body }) => hooks.put(context, params.name, body),
    }),
    defineRoute({
      ...ADMIN,
      method: 'post',
      path: '/auth/hooks/:name/secret',
      summary: "Replace a hook's secret",
      params: HookParams,
      answersSecret: true,
      status: 201,
      response: HookSecret,
      handle: async (context, { params }) => ({ secret: await hooks.rollSecret(context, params.name) }),
    }),
    defineRoute({
      ...ADMIN,
      method: 'delete',
      path: '/auth/hooks/:name',
      summary: 'Ask no address any more',
      params: HookParams,
      status: 204,
      handle: (context, { params }) => hooks.remove(context, params.name),
    }),
  ];
}

function captchaRoutes({ captchas }: Auth) {
  return [
    defineRoute({
      method: 'get',
      path: '/auth/captcha',
      summary: 'Get what an app needs to show the captcha',
      access: 'client',
      status: 200,
      response: CaptchaForApps,
      async handle(context) {
        const captcha = await captchas.get(context);
        if (captcha === null) return { captcha: null };
        const { provider, siteKey, appliesTo } = captcha;
        return { captcha: { provider, siteKey, appliesTo } };
      },
    }),
    defineRoute({
      ...ADMIN,
      method: 'get',
      path: '/auth/captcha/settings',
      summary: 'Get the captcha',
      status: 200,
      response: Captcha,
      async handle(context) {
        const captcha = await captchas.get(context);
        if (captcha === null) throw hookNotFound();
        return captcha;
      },
    }),
    defineRoute({
      ...ADMIN,
      method: 'put',
      path: '/auth/captcha/settings',
      summary: 'Set the captcha',
      body: CaptchaBody,
      status: 200,
      response: Captcha,
      handle: (context, { body }) => captchas.put(context, body),
    }),
    defineRoute({
      ...ADMIN,
      method: 'delete',
      path: '/auth/captcha/settings',
      summary: 'Use no captcha any more',
      status: 204,
      handle: (context) => captchas.remove(context),
    }),
  ];
}
