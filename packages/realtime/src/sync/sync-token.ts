import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ProjectContext } from '@mainstay/kernel';
import { nameOf } from '@mainstay/kernel';
import { z } from 'zod';
import { syncTokenInvalid } from './sync.problems.ts';

/** Where a copy is. */
const Place = z.strictObject({
  /** What the caller's rights were, so that a change of them is noticed. */
  rights: z.string(),
  /** Every change up to this sequence is in the copy, or is in the part of the first read that is still to come. */
  sequence: z.int().min(0),
  /** How far the first read has come: the position of the collection, and its last id. Null when it is done. */
  reading: z.tuple([z.int().min(0), z.string().nullable()]).nullable(),
});
export type SyncPlace = z.infer<typeof Place>;

/** Who may use a token, and for what. */
export interface TokenBearer {
  readonly context: ProjectContext;
  /** The collections as they were asked for; undefined for all. */
  readonly collections: readonly string[] | undefined;
}

const MAC_BYTES = 16;
const VERSION = 1;

/** Writes and reads sync tokens. Each is good for one caller, one project and one set of collections. */
export function syncTokens(key: Buffer) {
  function macOf(payload: string, { context, collections }: TokenBearer): Buffer {
    const parts = [VERSION, context.project.id, nameOf(context.principal), collections ?? null, payload];
    return createHmac('sha256', key).update(JSON.stringify(parts)).digest().subarray(0, MAC_BYTES);
  }

  return {
    write(place: SyncPlace, bearer: TokenBearer): string {
      const payload = Buffer.from(JSON.stringify(place)).toString('base64url');
      return `${payload}.${macOf(payload, bearer).toString('base64url')}`;
    },

    /** @throws syncTokenInvalid for whatever was not written for this bearer */
    read(token: string, bearer: TokenBearer): SyncPlace {
      const [payload = '', mac = '', ...rest] = token.split('.');
      const [sent, expected] = [Buffer.from(mac, 'base64url'), macOf(payload, bearer)];
      if (rest.length > 0 || sent.length !== expected.length || !timingSafeEqual(sent, expected)) throw syncTokenInvalid();
      return Place.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    },
  };
}

/** What the caller may read, as a short text that changes when that does. */
export function rightsOf({ principal }: ProjectContext, readings: readonly (readonly [name: string, reading: string])[]): string {
  const { sessionId: _session, ...who } = { sessionId: '', ...principal };
  const text = JSON.stringify([who, readings]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
