import { wholeNumber } from '@mainstay/kernel';
import { z } from 'zod';

const DIMENSION = /^[a-z][A-Za-z0-9]{0,31}$/;
/** The name under which a roll-up without a breakdown is kept; nobody may declare it. */
const UNDIVIDED = 'none';
const MAX_DIMENSIONS = 10;

function toDimensions(text: string): readonly string[] {
  return [
    ...new Set(
      text
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    ),
  ];
}

/** How events are taken in, kept and added up. */
export const AnalyticsSettings = z.object({
  dimensions: z
    .string()
    .default('platform,appVersion,country,source')
    .transform(toDimensions)
    .refine(
      (names) => names.length <= MAX_DIMENSIONS && names.every((name) => DIMENSION.test(name) && name !== UNDIVIDED),
      `At most ${MAX_DIMENSIONS} names of letters and digits.`,
    )
    .describe('What roll-ups are divided by: platform, appVersion, country, source come from the context, any other name is a property.'),
  valuesPerDimension: wholeNumber(100, 'Values of a dimension with an own series per event and day; the rest is `__other__`.', 1),
  batchMaxBytes: wholeNumber(512_000, 'The largest request with events, after decompression.', 1_024),
  batchMaxEvents: wholeNumber(2_000, 'The most events in one request.', 1),
  eventMaxBytes: wholeNumber(32_768, 'The largest single event.', 256),
  nameMaxLength: wholeNumber(64, 'The longest name of an event or property, in characters.', 1),
  namesPerProject: wholeNumber(500, 'Names of events in one project; events with a further one are rejected.', 1),
  traitsPerProject: wholeNumber(500, 'Names of traits in one project; further ones are not kept.', 1),
  propertiesMaxCount: wholeNumber(64, 'Properties (or traits) of one event, nested ones included.', 1),
  propertiesMaxDepth: wholeNumber(3, 'Levels of nesting in the properties.', 1),
  stringMaxBytes: wholeNumber(1_024, 'The longest text in a property.', 16),
  contextMaxCount: wholeNumber(200, 'Fields of the context of one event, nested ones included.', 1),
  lateAfterDays: wholeNumber(7, 'Events that are older when they arrive are marked as late.', 1),
  retentionDays: wholeNumber(180, 'How long raw events are kept, how old an event may be, and how long a message id counts once.', 1),
  personDaysRetentionDays: wholeNumber(400, 'How long it is known who did what on which day, for unique counts.', 1),
  isUserIdProven: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('Whether events that name a user are taken only from that signed-in user or with a secret key.'),
  abandonedAfterMs: wholeNumber(
    20_000,
    'A chunk that is open for this long is sealed for its writer. Longer than any insert can take.',
    100,
  ),
  chunkMaxEvents: wholeNumber(1_000, 'The most events that are stored as one chunk.', 1),
  waitingMaxEvents: wholeNumber(50_000, 'Events that may wait in one process; more are refused as unavailable.', 1_000),
});
export type AnalyticsSettings = z.infer<typeof AnalyticsSettings>;
