import { createHash } from 'node:crypto';
import type { TopicRow } from '@mainstay/mqtt';
import { defineTopic } from '@mainstay/mqtt';
import type { TelemetryService } from './telemetry.service.ts';

/** A topic on which a device sends telemetry. */
export function telemetryTopic(wire: string, telemetry: TelemetryService): TopicRow {
  return defineTopic({
    wire,
    canonical: 'd/{id}/t',
    async publish(context, { payload, qos, isRepeat, messageId, clientId, receivedAt }) {
      // [MQTT-4.4.0-1]: a repeat has the packet identifier and the content of the first try.
      const message =
        qos === 0 || messageId === undefined
          ? null
          : createHash('sha1').update(`${messageId} ${clientId} `).update(payload).digest('base64url');
      await telemetry.append(context, payload, { receivedAt, message, isRepeat });
    },
  });
}
