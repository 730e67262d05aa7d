import { z } from 'zod';

const Collection = z.string().min(1).max(64);
const MAX_FIELDS = 100;
const MAX_TOPICS = 50;
const MAX_CREDENTIAL = 8_192;

/** What a socket shows at its handshake: a key and perhaps a user's token, or the dashboard's `csrfToken` beside its cookie. */
export const Handshake = z.strictObject({
  project: z.string().min(1).max(64),
  key: z.string().max(MAX_CREDENTIAL).optional(),
  token: z.string().max(MAX_CREDENTIAL).optional(),
  csrfToken: z.string().max(MAX_CREDENTIAL).optional(),
});
export type Handshake = z.infer<typeof Handshake>;

/**
 * Asks for the documents of a collection, or for one, and every later change of them. `since` resumes after the last sequence that arrived;
 * `rights`, from the answer that came with it, has it start anew where the caller may see other documents than then.
 * With `sort` and `limit` it is a window: the first documents in that order, whichever they are.
 */
export const Subscribe = z
  .strictObject({
    collection: Collection,
    id: z.string().min(1).max(64).optional(),
    where: z.unknown().optional(),
    fields: z.array(z.string().max(256)).max(MAX_FIELDS).optional(),
    sort: z.array(z.string().max(256)).max(MAX_FIELDS).optional(),
    limit: z.int().min(0).optional(),
    since: z.int().min(0).optional(),
    rights: z.string().max(64).optional(),
  })
  .refine(({ id, where, sort, limit }) => id === undefined || (where === undefined && sort === undefined && limit === undefined), {
    path: ['id'],
    message: 'A subscription to one document has no where, sort or limit.',
  });
export type Subscribe = z.infer<typeof Subscribe>;

/** Ends a subscription. */
export const Unsubscribe = z.strictObject({ subscription: z.string().min(1).max(64) });
export type Unsubscribe = z.infer<typeof Unsubscribe>;

/** Asks for what is announced in the project under these topics. For servers and the dashboard. */
export const Watch = z.strictObject({ topics: z.array(z.string().min(1).max(64)).max(MAX_TOPICS) });
export type Watch = z.infer<typeof Watch>;

const ChannelName = z.string().regex(/^[A-Za-z0-9_.:/-]{1,128}$/, 'A channel has up to 128 letters, digits and _ . : / -');

/** Comes into a channel, or shows another state. `isListening` only hears: it is not listed. */
export const PresenceJoin = z.strictObject({
  channel: ChannelName,
  state: z.record(z.string(), z.unknown()).optional(),
  isListening: z.boolean().default(false),
});
export type PresenceJoin = z.infer<typeof PresenceJoin>;

/** Leaves a channel, or asks who is in it. */
export const ChannelMessage = z.strictObject({ channel: ChannelName });

/** Tells everybody in a channel, except the sender. It is told once, to those who are there now. */
export const Broadcast = z.strictObject({ channel: ChannelName, event: z.string().min(1).max(64), data: z.unknown().optional() });
export type Broadcast = z.infer<typeof Broadcast>;

/** Somebody in a channel. */
export interface Member {
  readonly id: string;
  /** `user:ID`, `device:ID` or `anonymous`. */
  readonly principal: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/** The answer to `subscribe`. With `resync`, what the client held before is void. */
export interface Subscribed {
  readonly subscription: string;
  readonly items: readonly unknown[];
  /** More documents than `limit` match: where to go on listing, through HTTP. */
  readonly nextCursor: string | null;
  readonly sequence: number;
  /** What the caller may see, as a text to send along with `since`. */
  readonly rights: string;
  readonly resync?: true;
}

/** One change as its subscriber sees it. A document that is no longer visible is `removed` and shows its id only. */
export interface Change {
  readonly subscription: string;
  readonly type: 'added' | 'changed' | 'removed';
  readonly document: { readonly id: string } & Readonly<Record<string, unknown>>;
  readonly sequence: number;
  /** In a window: where the document stands, once it and the changes before it are applied. */
  readonly position?: number;
}
