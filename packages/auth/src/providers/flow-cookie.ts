import { readCookie } from '@mainstay/http';
import { createSecret } from '@mainstay/kernel';

const SECRET = /^[A-Za-z0-9_-]{43}$/;
/** As long as somebody may take at the provider. */
const MAX_AGE_SECONDS = 600;

const nameOf = (isSecure: boolean): string => (isSecure ? '__Host-mainstay-flow' : 'mainstay-flow');
/** What browsers see, wherever a proxy ends TLS. */
const isSecure = (origin: string): boolean => origin.startsWith('https:');

/** The secret that tells the browser that began a sign-in from all others; undefined where it has none. */
export function readFlowCookie(cookie: string | undefined, origin: string): string | undefined {
  const value = readCookie(cookie, nameOf(isSecure(origin)));
  return value !== undefined && SECRET.test(value) ? value : undefined;
}

/** The browser's secret, a new one where it has none: several tabs may be at it. `header` stores it for ten minutes. */
export function flowCookie(cookie: string | undefined, origin: string): { readonly secret: string; readonly header: string } {
  const secret = readFlowCookie(cookie, origin) ?? createSecret();
  const secure = isSecure(origin);
  const header = `${nameOf(secure)}=${secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${MAX_AGE_SECONDS}${secure ? '; Secure' : ''}`;
  return { secret, header };
}
