import type { Principal } from '@mainstay/kernel';
import { createId, rulesApplyTo } from '@mainstay/kernel';
import { createHash } from 'node:crypto';
import type { AnalyticsSettings } from '../analytics.settings.ts';
import { checkFields } from './check-fields.ts';
import { correctTime, DAY_MS } from './correct-time.ts';
import { EventRejected } from './event-rejected.ts';
import type { NewEvent } from './ingest.model.ts';
import { SegmentCall } from './ingest.schema.ts';
import { readDimensions } from './read-dimensions.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What an event's reading needs to know of its request. */
export interface RequestFacts {
  readonly principal: Principal;
  readonly receivedAt: number;
  readonly sentAt: number | null;
}

/** Longer than an event may be ahead of its arrival, so that a re-sent one is too old before its first copy is gone. */
const EXPIRY_MARGIN_MS = 2 * 3_600_000;
/** 132 bits: two messages of one project never meet by chance. */
const HASH_LENGTH = 22;
/** Traits that Mainstay computes; a client may not claim them. */
const RESERVED_TRAITS = ['segments', 'computed'];
/** Larger amounts would swallow smaller ones in a sum. */
const VALUE_LIMIT = 1e15;

/** A short hash of a text, for ids of rows whose key is longer or freer than an id may be. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, HASH_LENGTH);
}

/**
 * Reads one item of a batch.
 * @throws EventRejected with the code, the field and what to do
 */
export function readEvent(item: unknown, request: RequestFacts, settings: AnalyticsSettings): NewEvent {
  if (Buffer.byteLength(JSON.stringify(item) ?? '') > settings.eventMaxBytes) {
    throw new EventRejected('event_too_large', '', `An event may have at most ${settings.eventMaxBytes} bytes.`);
  }
  const call = parseCall(item);
  const properties = propertiesOf(call);
  const traits = 'traits' in call ? (call.traits ?? undefined) : undefined;
  const context = call.context ?? {};
  checkContents({ properties, traits, context }, settings);
  const originalAt = parseTime(call.originalTimestamp ?? call.timestamp);
  const at = correctTime({ ...request, originalAt }, settings.retentionDays);
  const messageId = call.messageId ?? createId();
  return {
    id: hashOf(messageId),
    type: call.type,
    event: eventNameOf(call, request.principal, settings),
    messageId,
    ...identityOf(call, request.principal, settings),
    at: new Date(at),
    originalAt: new Date(originalAt ?? at),
    receivedAt: new Date(request.receivedAt),
    properties,
    ...(traits === undefined ? {} : { traits }),
    ...(call.type === 'group' ? { groupId: call.groupId } : {}),
    ...(call.type === 'alias' ? { previousId: call.previousId } : {}),
    context,
    dimensions: readDimensions(settings.dimensions, { context, properties }),
    value: valueOf(properties),
    isLate: at < request.receivedAt - settings.lateAfterDays * DAY_MS,
    expiresAt: new Date(request.receivedAt + settings.retentionDays * DAY_MS + EXPIRY_MARGIN_MS),
  };
}

function parseCall(item: unknown): SegmentCall {
  const result = SegmentCall.safeParse(item);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.map(String).join('.') ?? '';
  throw new EventRejected(field === '' ? 'not_an_event' : 'invalid_field', field, issue?.message ?? 'This is not a Segment call.');
}

/** Milliseconds since 1970 of a time that the schema has checked; null when there is none or the calendar has no such day. */
export function parseTime(text: string | null | undefined): number | null {
  if (text === null || text === undefined) return null;
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? null : parsed;
}

function propertiesOf(call: SegmentCall): Fields {
  if (!('properties' in call)) return {};
  const properties = call.properties ?? {};
  if (call.type !== 'page' && call.type !== 'screen') return properties;
  return { ...properties, ...(call.name ? { name: call.name } : {}), ...(call.category ? { category: call.category } : {}) };
}

function checkContents(
  { properties, traits, context }: { properties: Fields; traits: Fields | undefined; context: Fields },
  settings: AnalyticsSettings,
): void {
  const limits = {
    maxCount: settings.propertiesMaxCount,
    maxDepth: settings.propertiesMaxDepth,
    keyMaxLength: settings.nameMaxLength,
    stringMaxBytes: settings.stringMaxBytes,
  };
  checkFields(properties, 'properties', limits);
  // Browsers put addresses and user agents into the context, which are longer and deeper than properties should be.
  checkFields(context, 'context', {
    ...limits,
    maxCount: settings.contextMaxCount,
    maxDepth: 6,
    stringMaxBytes: 4 * settings.stringMaxBytes,
  });
  if (traits === undefined) return;
  checkFields(traits, 'traits', limits);
  const reserved = RESERVED_TRAITS.find((name) => Object.hasOwn(traits, name));
  if (reserved !== undefined)
    throw new EventRejected('reserved_name', `traits.${reserved}`, 'Mainstay computes this trait; choose another name.');
}

function eventNameOf(call: SegmentCall, principal: Principal, settings: AnalyticsSettings): string | null {
  if (call.type === 'page' || call.type === 'screen') return `$${call.type}`;
  if (call.type !== 'track') return null;
  if (call.event.startsWith('$') && principal.type !== 'system') {
    throw new EventRejected('reserved_name', 'event', 'Names with $ belong to Mainstay; choose another.');
  }
  if (call.event.length > settings.nameMaxLength) {
    throw new EventRejected('name_too_long', 'event', `Use at most ${settings.nameMaxLength} characters.`);
  }
  return call.event;
}

function identityOf(call: SegmentCall, principal: Principal, settings: AnalyticsSettings): Pick<NewEvent, 'userId' | 'anonymousId'> {
  const signedIn = principal.type === 'user' ? principal.id : null;
  const claimed = call.userId ?? null;
  if (claimed !== null && settings.isUserIdProven && rulesApplyTo(principal) && claimed !== signedIn) {
    throw new EventRejected('identity_not_proven', 'userId', 'Sign in as this user, or send the event from your server.');
  }
  const userId = claimed ?? signedIn;
  const anonymousId = call.anonymousId ?? (principal.type === 'device' ? `device:${principal.id}` : null);
  if (userId === null && anonymousId === null)
    throw new EventRejected('missing_identity', 'anonymousId', 'Send a userId or an anonymousId.');
  return { userId, anonymousId };
}

function valueOf(properties: Fields): number | null {
  for (const name of ['revenue', 'value']) {
    const value = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= VALUE_LIMIT) return value;
  }
  return null;
}
