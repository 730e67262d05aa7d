import type { Frame } from '@mainstay/host';
import type { BrokerMetrics } from '@mainstay/mqtt';

/** What the broker counts, as metrics of the process. Made once per process: a name may be registered once. */
export function brokerCounters({ metrics }: Frame): BrokerMetrics {
  let open = 0;
  metrics.gauge('mqtt_connections', 'Open MQTT connections of this process', () => open);
  const messages = metrics.counter('mqtt_messages_total', 'MQTT messages that were handled (in) or sent to clients (out)', 'direction');
  const refused = metrics.counter('mqtt_refused_total', 'CONNECT, PUBLISH and SUBSCRIBE that were refused, by problem code', 'code');
  return {
    connections: (change) => {
      open += change;
    },
    message: (direction) => messages(direction),
    refused: (code) => refused(code),
  };
}
