import type { Broker } from '@mainstay/mqtt';
import { createBroker, matchesFilter } from '@mainstay/mqtt';
import type { LifecyclePart, Principal, ProjectId } from '@mainstay/kernel';
import { Problem } from '@mainstay/kernel';
import { brokerCounters } from './broker-counters.ts';
import type { Devices } from './create-devices.ts';
import { FailedSignIns } from './credentials/failed-sign-ins.ts';
import { DEVICE_CUT_OFF } from './credentials/credentials.service.ts';
import { native } from './dialects/native.ts';
import { thingsboard } from './dialects/thingsboard.ts';
import { createPresence } from './presence/presence.service.ts';

/** The MQTT broker for devices, as a part of a broker process. */
export interface DeviceBroker {
  readonly broker: Broker;
  readonly part: LifecyclePart;
}

/** Puts the broker together: who may connect, which topics there are, and who is told of connections. */
export function createDeviceBroker(devices: Devices): DeviceBroker {
  const { frame, dependencies, resolver, states, telemetry } = devices;
  const { settings, mqtt, loadProject } = dependencies;
  const failed = new FailedSignIns(settings.failedSignInsPerMinute, frame.clock);
  const presence = createPresence({ states, clock: frame.clock, brokerId: () => broker.id });
  const patterns = settings.appTopics
    .split(',')
    .map((pattern) => pattern.trim())
    .filter(Boolean);

  const broker: Broker = createBroker({
    store: frame.store,
    clock: frame.clock,
    log: frame.log,
    metrics: brokerCounters(frame),
    settings: mqtt,
    loadProject,
    // A user's session in the password, or a certificate, would be further ways to sign in; they end in a context as well.
    async authenticate({ userName = '', address }) {
      const token = userName.split('?', 1)[0] ?? '';
      if (!resolver.isKnown(token)) failed.check(address);
      try {
        return await resolver.byToken(token);
      } catch (error) {
        if (error instanceof Problem && error.status === 401) failed.note(address);
        throw error;
      }
    },
    topics: [...native({ telemetry }), ...thingsboard({ telemetry })],
    mayUseAppTopic: ({ principal }, _action, topic) => patterns.some((pattern) => matchesFilter(fillPattern(pattern, principal), topic)),
    onConnected: (connection) => presence.connected(connection),
    onDisconnected: (connection) => presence.disconnected(connection),
  });
  frame.store.signals.onInvalidate(DEVICE_CUT_OFF, (key) => {
    const [project = '', device] = key.split(':');
    broker.disconnect(project as ProjectId, ({ context: { principal } }) => principal.type === 'device' && principal.id === device);
  });
  frame.store.signals.onInvalidate('project', (key) => {
    const project = (key.split(':')[0] ?? '') as ProjectId;
    const close = (found: unknown) => found === null && broker.disconnect(project, () => true);
    void Promise.resolve(loadProject(project)).then(close, () => undefined);
  });
  return { broker, part: listening(broker, devices) };
}

function listening(broker: Broker, devices: Devices): LifecyclePart {
  return {
    name: 'mqtt',
    async start() {
      await broker.start();
      devices.noteMqttPort(broker.port);
    },
    drain: () => broker.drain(),
    stop: () => broker.stop(),
  };
}

function fillPattern(pattern: string, principal: Principal): string {
  if (principal.type !== 'device') return pattern;
  return pattern.replaceAll('{id}', principal.id).replaceAll('{name}', principal.name);
}
