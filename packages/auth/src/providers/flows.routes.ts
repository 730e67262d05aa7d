import { defineRoute, defineStreamRoute, malformedRequest, Reply, userNeeded } from '@mainstay/http';
import type { IncomingMessage } from 'node:http';
import { SignedIn } from '../auth.schema.ts';
import type { Auth } from '../create-auth.ts';
import { clientOf } from '../users/client-of.ts';
import { flowCookie, readFlowCookie } from './flow-cookie.ts';
import { AuthorizeQuery, CallbackQuery, ExchangeBody, IdTokenBody, LinkAnswer, LinkBody, ProviderParams } from './providers.schema.ts';

const MAX_FORM_BYTES = 65_536;
/** What of a provider's form goes on with the browser. */
const FORM_FIELDS = ['state', 'code', 'error', 'iss', 'user'];
/** No address of ours may hand a code on to the next one. */
const REDIRECT_HEADERS = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

/** Sign-in with a provider in a browser: there, back, and the exchange of the code by the app. */
export function flowsRoutes(auth: Auth) {
  return [...browserRoutes(auth), formRoute(), ...appRoutes(auth)];
}

function browserRoutes({ providers, flows, frame: { place } }: Auth) {
  return [
    defineRoute({
      method: 'get',
      path: '/auth/providers/:name/authorize',
      summary: 'Go to a provider to sign in',
      access: 'public',
      ignoresBearer: true,
      params: ProviderParams,
      query: AuthorizeQuery,
      status: 302,
      async handle(context, input) {
        const provider = await providers.findOn(context, input.params.name);
        const { query, ownOrigin, ip } = input;
        const { moved, ...wish } = query;
        // The cookie has to be where the provider sends the browser back to: localhost is not 127.0.0.1.
        if (ownOrigin !== place.origin() && moved === undefined) {
          const again = new URLSearchParams(JSON.parse(JSON.stringify({ ...wish, moved: 'true' })) as Record<string, string>);
          const base = providers.callbackUrl(context, provider.id).replace(/callback$/, 'authorize');
          return new Reply<void>(302, undefined, { ...REDIRECT_HEADERS, location: `${base}?${again.toString()}` });
        }
        const { secret, header } = flowCookie(input.cookie, place.origin());
        const location = await flows.begin(context, { ...wish, provider, ip, by: { browser: secret } });
        return new Reply<void>(302, undefined, { ...REDIRECT_HEADERS, location, 'set-cookie': header });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/auth/providers/:name/callback',
      summary: 'Come back from a provider',
      access: 'public',
      ignoresBearer: true,
      params: ProviderParams,
      query: CallbackQuery,
      status: 302,
      async handle(context, input) {
        const browser = readFlowCookie(input.cookie, place.origin());
        const location = await flows.answer(context, { provider: input.params.name, parameters: input.query, browser });
        return new Reply<void>(302, undefined, { ...REDIRECT_HEADERS, location });
      },
    }),
  ];
}

/** Apple answers with a form that its page posts here. Such a request has no cookie of ours; the one that it leads to has. */
function formRoute() {
  return defineStreamRoute({
    method: 'post',
    path: '/auth/providers/:name/callback',
    summary: 'Come back from a provider by a form',
    access: 'public',
    takesForeignForms: true,
    async handle(_context, { request, response }) {
      const form = new URLSearchParams(await readForm(request));
      const kept = new URLSearchParams();
      for (const field of FORM_FIELDS) {
        const value = form.get(field);
        if (value !== null) kept.set(field, value);
      }
      response.writeHead(303, { ...REDIRECT_HEADERS, location: `callback?${kept.toString()}`, 'content-length': 0 });
      response.end();
    },
  });
}

async function readForm(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_FORM_BYTES) throw malformedRequest({ reason: 'The form is too large.' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function appRoutes({ providers, flows, idTokens, providerSignIn, signIn, secondFactors }: Auth) {
  return [
    defineRoute({
      method: 'post',
      path: '/auth/providers/:name/token',
      answersSecret: true,
      ignoresBearer: true,
      summary: 'Sign in by the id token of a native app',
      access: 'client',
      params: ProviderParams,
      body: IdTokenBody,
      status: 200,
      response: SignedIn,
      async handle(context, input) {
        const provider = await providers.findOn(context, input.params.name);
        const profile = await idTokens.use(context, provider, input.body);
        const client = clientOf(input, `provider:${provider.id}`);
        return signIn(context, await providerSignIn.userOf(context, { profile, provider, client }), client);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/providers/exchange',
      answersSecret: true,
      ignoresBearer: true,
      summary: 'Sign in by the code that a provider led to',
      access: 'client',
      body: ExchangeBody,
      status: 200,
      response: SignedIn,
      async handle(context, input) {
        const { provider: name, profile } = await flows.exchange(context, input.body, null);
        const provider = await providers.findOn(context, name);
        const client = clientOf(input, `provider:${name}`);
        return signIn(context, await providerSignIn.userOf(context, { profile, provider, client }), client);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/providers/:name/link',
      answersSecret: true,
      summary: 'Begin to add an account elsewhere to the own user',
      access: 'user',
      params: ProviderParams,
      body: LinkBody,
      status: 200,
      response: LinkAnswer,
      async handle(context, { params, body, ip }) {
        const { principal } = context;
        if (principal.type !== 'user') throw userNeeded();
        // Another way in outlives the session that adds it.
        await secondFactors.needFresh(context, principal);
        const provider = await providers.findOn(context, params.name);
        return {
          url: await flows.begin(context, { ...body, provider, ip, by: { user: principal.id } }),
        };
      },
    }),
  ];
}
