import type { Logger } from '@mainstay/kernel';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { methodNotAllowed } from './http.problems.ts';
import { sendProblem, toProblem } from './problem-response.ts';
import type { TrustsProxy } from './request-facts.ts';
import { readFacts } from './request-facts.ts';
import type { Resolvers } from './resolvers.ts';

const PATH = /^\/p\/([^/?#]+)\/auth\/ui\/?(?:\?|$)/;

/**
 * What the page may do: run its own files, talk to us, show the project's logo. No inline script or style, no frame around it, and nobody
 * learns its address, which carries what the app and the links in mails gave it.
 */
function policyWith(sources: readonly string[]): string {
  const own = ["'self'", ...sources].join(' ');
  return [
    "default-src 'none'",
    `script-src ${own}`,
    `style-src ${own}`,
    "img-src 'self' https: data:",
    `connect-src ${own}`,
    ...(sources.length === 0 ? [] : [`frame-src ${sources.join(' ')}`]),
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
  'cache-control': 'no-store',
};

/** What the page's door works with. */
export interface SignInPageParts {
  readonly resolvers: Pick<Resolvers, 'project' | 'signInPageSources'>;
  readonly log: Logger;
  readonly trusts: TrustsProxy;
}

/** Whether a request is for the sign-in page of a project. */
export function isSignInPage(url: string): boolean {
  return PATH.test(url);
}

/** Serves the sign-in page of every project: one file, which learns from the API what the project offers. Without such a project it comes with 404. */
export function serveSignInPage(directory: string, { resolvers, log, trusts }: SignInPageParts) {
  const file = join(directory, 'sign-in.html');

  async function look(projectId: string): Promise<{ status: number; sources: readonly string[] }> {
    try {
      const { project } = await resolvers.project(projectId, undefined);
      return { status: 200, sources: (await resolvers.signInPageSources?.(project)) ?? [] };
    } catch (error) {
      return { status: toProblem(error, log).status, sources: [] };
    }
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { requestId } = readFacts(request, trusts);
    try {
      const { method, url = '' } = request;
      if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed({ allowed: ['GET', 'HEAD'] });
      const page = await readFile(file);
      const { status, sources } = await look(PATH.exec(url)?.[1] ?? '');
      response.writeHead(status, {
        ...HEADERS,
        'content-security-policy': policyWith(sources),
        'content-length': page.length,
        'x-request-id': requestId,
      });
      response.end(method === 'HEAD' ? undefined : page);
    } catch (error) {
      sendProblem(response, toProblem(error, log), { requestId });
    }
  };
}
