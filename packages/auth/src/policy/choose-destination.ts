import type { Project } from '@mainstay/kernel';
import { appUrlMissing, redirectRefused } from '../auth.problems.ts';
import type { AuthPolicy } from './policy.schema.ts';

/** What a browser or a phone would run or show instead of going somewhere. */
const REFUSED_SCHEMES = new Set(['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:', 'filesystem:', 'view-source:']);

/** The address in its one spelling; null where a link must not lead there at all. Plain http only reaches the own machine. */
export function parseDestination(text: string): URL | null {
  if (!URL.canParse(text) || /[\p{C}\s\\]/u.test(text)) return null;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || REFUSED_SCHEMES.has(url.protocol)) return null;
  if (url.protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) return null;
  return url;
}

function isBelow(url: URL, allowed: URL): boolean {
  if (url.protocol !== allowed.protocol || url.host !== allowed.host) return false;
  if (url.pathname === allowed.pathname) return url.search === allowed.search || allowed.search === '';
  return allowed.pathname.endsWith('/') && url.pathname.startsWith(allowed.pathname);
}

/** What decides where links may lead. */
export interface Destinations {
  readonly policy: AuthPolicy;
  readonly project: Project;
  /** The sign-in page that we serve ourselves; null where the project does not use it. */
  readonly pageUrl: string | null;
}

/**
 * Where a link in a mail leads: to the address that the request asks for, if the project allows it, to the app, or to our own page.
 * An address that begins with `?` is our own page with these parameters.
 * Neither the Host header nor anything else of the request can lead elsewhere.
 * @throws redirectRefused, appUrlMissing
 */
export function chooseDestination(asked: string | undefined, { policy, project, pageUrl }: Destinations): string {
  const home = policy.appUrl ?? pageUrl ?? project.origins[0] ?? null;
  if (asked === undefined) {
    if (home === null) throw appUrlMissing();
    return home;
  }
  const whole = asked.startsWith('?') && pageUrl !== null ? pageUrl + asked : asked;
  const url = parseDestination(whole);
  const allowed = [pageUrl, policy.appUrl ?? project.origins[0] ?? null, ...policy.redirectUrls];
  const isAllowed = (one: string | null): boolean => {
    const parsed = one === null ? null : parseDestination(one);
    return parsed !== null && url !== null && isBelow(url, parsed);
  };
  if (url === null || !allowed.some(isAllowed)) throw redirectRefused();
  return url.href;
}

/** The address with the token behind its `#`: browsers send that to no server, nor in a Referer. */
export function linkTo(destination: string, type: string, token: string): string {
  const [base = ''] = destination.split('#');
  return `${base}#${new URLSearchParams({ type, token }).toString()}`;
}
