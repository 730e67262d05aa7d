import { z } from 'zod';

/** More would make every condition slow that reads it. */
export const CLAIMS_MAX_BYTES = 4_096;
const MAX_DEPTH = 4;
const KEY = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const REFUSED_KEYS = new Set(['constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']);

/** Whether this is JSON with plain names, at most four levels deep. */
export function isPlainJson(value: unknown): boolean {
  return isPlain(value, 0);
}

function isPlain(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (depth >= MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((one) => isPlain(one, depth + 1));
  if (typeof value !== 'object') return false;
  return Object.entries(value).every(([key, inner]) => KEY.test(key) && !REFUSED_KEYS.has(key) && isPlain(inner, depth + 1));
}

function isClaims(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !isPlain(value, 0)) return false;
  return new TextEncoder().encode(JSON.stringify(value)).length <= CLAIMS_MAX_BYTES;
}

/** What the project's own server says of a user; conditions see it as `user.claims.<name>`. */
export const Claims = z
  .custom<Readonly<Record<string, unknown>>>(
    isClaims,
    `Give an object of JSON, at most four levels deep and ${CLAIMS_MAX_BYTES} bytes long, with names of letters, digits, _ and -.`,
  )
  // The OpenAPI document knows no custom schemas: this one describes itself.
  .meta({ id: 'Claims', description: 'At most 4 kB.', type: 'object', additionalProperties: true });
export type Claims = z.infer<typeof Claims>;
