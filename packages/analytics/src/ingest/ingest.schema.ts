import { z } from 'zod';

const MAX_ID_LENGTH = 255;

/** An id that a client gives: a text, or a number as some SDKs send it. */
const Identifier = z.union([z.string().min(1).max(MAX_ID_LENGTH), z.number().transform(String)]).nullish();
const Timestamp = z.iso.datetime({ offset: true }).nullish();
/** An object of JSON, kept as it is: a copy would lose or misplace keys like `__proto__`, which are rejected later. */
const JsonObject = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'Send an object.',
);

const shared = {
  messageId: z.string().min(1).max(MAX_ID_LENGTH).nullish(),
  userId: Identifier,
  anonymousId: Identifier,
  timestamp: Timestamp,
  originalTimestamp: Timestamp,
  context: JsonObject.nullish(),
};
const named = { name: z.string().nullish(), category: z.string().nullish(), properties: JsonObject.nullish() };

/** One Segment call. Fields that Segment's SDKs send besides these are ignored, as the protocol wants it. */
export const SegmentCall = z.discriminatedUnion('type', [
  z.object({ type: z.literal('track'), ...shared, event: z.string().min(1), properties: JsonObject.nullish() }),
  z.object({ type: z.literal('identify'), ...shared, traits: JsonObject.nullish() }),
  z.object({ type: z.literal('page'), ...shared, ...named }),
  z.object({ type: z.literal('screen'), ...shared, ...named }),
  z.object({ type: z.literal('group'), ...shared, groupId: z.string().min(1).max(MAX_ID_LENGTH), traits: JsonObject.nullish() }),
  z.object({ type: z.literal('alias'), ...shared, previousId: z.string().min(1).max(MAX_ID_LENGTH) }),
]);
export type SegmentCall = z.output<typeof SegmentCall>;

/** Segment's batch. Items are checked one by one: a bad one is rejected, the others are taken. */
export const Batch = z
  .looseObject({
    batch: z
      .array(z.unknown())
      .min(1)
      .describe('Segment calls: {type, messageId, userId?, anonymousId?, event?, properties?, traits?, context?, timestamp?}'),
    sentAt: z.string().nullish().describe("The time of sending by the client's clock, which corrects its timestamps."),
  })
  .meta({ id: 'EventBatch' });
export type Batch = z.infer<typeof Batch>;

/** A single Segment call; its type is the path. */
export const SingleCall = z.looseObject({ sentAt: z.string().nullish() }).meta({ id: 'SegmentCall' });
export type SingleCall = z.infer<typeof SingleCall>;

/** Why one event of a request was not taken. */
export const Rejection = z
  .object({ index: z.int(), messageId: z.string().nullable(), code: z.string(), field: z.string(), message: z.string() })
  .meta({ id: 'EventRejection' });
export type Rejection = z.infer<typeof Rejection>;

/** What happened to the events of a request. `duplicates` were stored by an earlier one. */
export const IngestAnswer = z
  .object({ success: z.literal(true), accepted: z.int(), duplicates: z.int(), rejected: z.array(Rejection) })
  .meta({ id: 'IngestAnswer' });
export type IngestAnswer = z.infer<typeof IngestAnswer>;
