import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger, Principal, ProjectContext } from '@mainstay/kernel';
import { asPrincipal, createId } from '@mainstay/kernel';
import type { ProjectAccess, Resolvers } from '@mainstay/http';
import { cookieName, csrfTokenWrong, keyMissing, originNotAllowed, projectNotFound, readCookie, secretKeyInBrowser } from '@mainstay/http';
import type { Handshake } from '../schema.ts';

/** What a socket came with; kept, so that it can be authenticated again. */
export interface SocketCredentials {
  readonly auth: Handshake;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Who the socket is, by the same rules as a request.
 * @throws projectNotFound, unauthenticated, keyMissing, secretKeyInBrowser, originNotAllowed, csrfTokenWrong
 */
export async function authenticateSocket(resolvers: Resolvers, { auth, headers }: SocketCredentials, log: Logger): Promise<ProjectContext> {
  const access = await resolvers.project(auth.project, auth.key);
  if (isSecretKeyExposed(access, headers)) {
    resolvers.secretKeyExposed?.(access, { origin: headers.origin ?? '', ip: '' });
    throw secretKeyInBrowser();
  }
  checkOrigin(access, headers);
  const requestId = createId();
  const context: ProjectContext = {
    project: access.project,
    principal: { type: 'anonymous' },
    requestId,
    log: log.child({ project: access.project.id, requestId }),
  };
  return asPrincipal(context, await principalOf(resolvers, access, { auth, headers, context }));
}

async function principalOf(
  resolvers: Resolvers,
  access: ProjectAccess,
  { auth, headers, context }: SocketCredentials & { context: ProjectContext },
): Promise<Principal> {
  if (access.key?.kind === 'secret') return { type: 'key', id: access.key.id };
  if (auth.token?.startsWith('pat_') === true) return memberOf(resolvers, access, { auth, headers });
  if (auth.token !== undefined) return resolvers.principal(context, auth.token);
  if (access.key !== null) return context.principal;
  if (headers.cookie === undefined) throw keyMissing();
  return memberOf(resolvers, access, { auth, headers });
}

/** A member of the project's organization. The cookie counts only on a page of ours that knows the session's token. */
async function memberOf(resolvers: Resolvers, access: ProjectAccess, { auth, headers }: SocketCredentials): Promise<Principal> {
  const isSecure = headers.origin?.startsWith('https://') ?? headers['x-forwarded-proto'] === 'https';
  const cookie = auth.token === undefined ? readCookie(headers.cookie, cookieName(isSecure)) : undefined;
  const session = await resolvers.account({ cookie, bearer: auth.token });
  if (session === null) throw keyMissing();
  if (session.csrfToken !== null && !(isOwnPage(headers) && isSame(auth.csrfToken ?? '', session.csrfToken))) throw csrfTokenWrong();
  const role = await resolvers.accountRole(session, access.project);
  if (role === null) throw projectNotFound();
  return { type: 'account', id: session.account.id, role };
}

/** Whether the socket is opened by a page on an origin that the project does not list. */
function isForeignPage({ project }: ProjectAccess, headers: IncomingHttpHeaders): boolean {
  return headers.origin !== undefined && !isOwnPage(headers) && !project.origins.includes(headers.origin);
}

function isSecretKeyExposed(access: ProjectAccess, headers: IncomingHttpHeaders): boolean {
  return access.key?.kind === 'secret' && isForeignPage(access, headers);
}

function checkOrigin(access: ProjectAccess, headers: IncomingHttpHeaders): void {
  if (access.project.origins.length > 0 && isForeignPage(access, headers)) throw originNotAllowed();
}

/** Browsers leave `Origin` out of same-origin polling, but then say `Sec-Fetch-Site`, which no page can set. */
function isOwnPage(headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return headers['sec-fetch-site'] === 'same-origin';
  return URL.canParse(origin) && new URL(origin).host === host;
}

function isSame(sent: string, expected: string): boolean {
  const [left, right] = [Buffer.from(sent), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
