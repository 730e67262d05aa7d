import type { TopicRow } from '@mainstay/mqtt';
import type { TelemetryService } from '../telemetry/telemetry.service.ts';
import { telemetryTopic } from '../telemetry/telemetry.topics.ts';

/** Our own names. `$me` is the device that signed in: a topic never carries an id. */
export function native({ telemetry }: { telemetry: TelemetryService }): readonly TopicRow[] {
  return [telemetryTopic('$me/telemetry', telemetry)];
}
