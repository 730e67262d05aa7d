import { createPublicKey, verify } from 'node:crypto';

const DAY_SECONDS = 86_400;
const POINT_BYTES = 65;
const COORDINATE_BYTES = 32;

/** Where and when a token is looked at. */
export interface VapidMoment {
  readonly origin: string;
  readonly nowSeconds: number;
}

/** The status that refuses an `Authorization` header, or null: 401 when it is no VAPID, 403 when it proves nothing here and now (RFC 8292). */
export function refuseVapid(authorization: string | undefined, moment: VapidMoment): 401 | 403 | null {
  const [, list = ''] = /^vapid +(.+)$/i.exec(authorization ?? '') ?? [];
  const parameters = new Map(list.split(',').map((one) => splitOnce(one.trim())));
  const [token, key] = [parameters.get('t'), parameters.get('k')];
  if (token === undefined || key === undefined) return 401;
  try {
    return isSigned(token, key) && isMeantForUs(token, moment) ? null : 403;
  } catch {
    // Not base64, not JSON, not a point of the curve.
    return 403;
  }
}

function splitOnce(text: string): [string, string] {
  const [name = '', ...rest] = text.split('=');
  return [name.toLowerCase(), rest.join('=')];
}

function isSigned(token: string, key: string): boolean {
  const [header = '', claims = '', signature = '', ...rest] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  if (rest.length > 0 || point.length !== POINT_BYTES || point[0] !== 4) return false;
  const x = point.subarray(1, 1 + COORDINATE_BYTES).toString('base64url');
  const y = point.subarray(1 + COORDINATE_BYTES).toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const signed = Buffer.from(`${header}.${claims}`);
  return verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}

function isMeantForUs(token: string, { origin, nowSeconds }: VapidMoment): boolean {
  const [{ alg }, { aud, exp, sub }] = token
    .split('.', 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>) as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  const isTimely = typeof exp === 'number' && exp > nowSeconds && exp <= nowSeconds + DAY_SECONDS;
  const isContact = sub === undefined || (typeof sub === 'string' && /^(mailto|https):/.test(sub));
  return alg === 'ES256' && aud === origin && isTimely && isContact;
}
