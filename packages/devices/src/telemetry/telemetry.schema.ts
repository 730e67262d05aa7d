import { z } from 'zod';

/** The values of a device at one time, or over one interval. */
export const TelemetryItem = z.object({ at: z.iso.datetime(), values: z.record(z.string(), z.json()) }).meta({ id: 'TelemetryItem' });
export type TelemetryItem = z.infer<typeof TelemetryItem>;

export const TelemetryPage = z.object({ items: z.array(TelemetryItem), nextCursor: z.string().nullable() }).meta({ id: 'TelemetryPage' });
export type TelemetryPage = z.infer<typeof TelemetryPage>;

export const TELEMETRY_AGGREGATES = ['avg', 'min', 'max', 'sum', 'count', 'last'] as const;
export type TelemetryAggregate = (typeof TELEMETRY_AGGREGATES)[number];

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30s`, `5m`, `1h`, `1d`, or milliseconds. */
const Interval = z
  .string()
  .regex(/^\d{1,12}[smhd]?$/, 'Use 30s, 5m, 1h, 1d or a number of milliseconds.')
  .transform((text) => Number.parseInt(text, 10) * (UNIT_MS[text.at(-1) ?? ''] ?? 1))
  .refine((ms) => ms >= 1_000, 'Use at least one second.');

export const TelemetryQuery = z
  .strictObject({
    /** Names separated by commas; all keys by default. */
    keys: z
      .string()
      .max(2_000)
      .transform((text) => text.split(',').filter(Boolean))
      .optional(),
    from: z.iso.datetime({ offset: true }).optional(),
    to: z.iso.datetime({ offset: true }).optional(),
    limit: z.coerce.number().int().min(1).max(1_000).default(50),
    order: z.enum(['asc', 'desc']).default('desc'),
    cursor: z.string().max(200).optional(),
    interval: Interval.optional(),
    aggregate: z.enum(TELEMETRY_AGGREGATES).optional(),
  })
  .refine(({ aggregate, interval }) => aggregate === undefined || interval !== undefined, {
    path: ['interval'],
    message: 'An aggregate needs an interval.',
  });
export type TelemetryQuery = z.output<typeof TelemetryQuery>;

/** What `POST …/telemetry` takes; its shape is checked where MQTT messages are. */
export const TelemetryBody = z.json();

export const StoredTelemetry = z.object({ stored: z.int() }).meta({ id: 'StoredTelemetry' });
export type StoredTelemetry = z.infer<typeof StoredTelemetry>;
