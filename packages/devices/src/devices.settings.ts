import { wholeNumber } from '@mainstay/kernel';
import { z } from 'zod';

/** How devices are kept. */
export const DevicesSettings = z.object({
  telemetryRetentionDays: wholeNumber(90, 'How long telemetry is kept.', 1),
  telemetryMaxPoints: wholeNumber(1_000, 'Values in one telemetry message.', 1),
  appTopics: z
    .string()
    .default('app/{id}/#,app/shared/#')
    .describe('Free MQTT topics of every device, separated by commas; {id} and {name} are the device’s.'),
  failedSignInsPerMinute: wholeNumber(
    120,
    'Wrong credentials from one address in a minute before unknown ones are refused without a look.',
    1,
  ),
});
export type DevicesSettings = z.infer<typeof DevicesSettings>;
