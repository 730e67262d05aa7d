import type { TopicRow } from '@mainstay/mqtt';
import type { TelemetryService } from '../telemetry/telemetry.service.ts';
import { telemetryTopic } from '../telemetry/telemetry.topics.ts';

/** The topics of ThingsBoard devices, spelled as in its `MqttTopics`. */
export function thingsboard({ telemetry }: { telemetry: TelemetryService }): readonly TopicRow[] {
  return [telemetryTopic('v1/devices/me/telemetry', telemetry), telemetryTopic('v2/t', telemetry), telemetryTopic('v2/t/j', telemetry)];
}
