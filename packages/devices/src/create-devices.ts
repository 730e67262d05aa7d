import type { Frame } from '@mainstay/host';
import type { LifecyclePart, Project, ProjectId } from '@mainstay/kernel';
import { BrokerBeats } from '@mainstay/mqtt';
import type { MqttSettings } from '@mainstay/mqtt';
import { createCredentialsService } from './credentials/credentials.service.ts';
import { DeviceResolver } from './credentials/resolve-device.ts';
import type { DevicesSettings } from './devices.settings.ts';
import { createDevicePresenter } from './registry/present-device.ts';
import { createRegistryService } from './registry/registry.service.ts';
import type { DocumentWriter, PushSender } from './rules/perform-action.ts';
import { createRulesService } from './rules/rules.service.ts';
import { DeviceStates } from './telemetry/device-states.ts';
import { createTelemetryService } from './telemetry/telemetry.service.ts';

/** What devices need besides the frame. */
export interface DevicesDependencies {
  readonly settings: DevicesSettings;
  readonly mqtt: MqttSettings;
  readonly loadProject: (id: ProjectId) => Promise<Project | null>;
  /** Where rules write documents: `data.documents`. */
  readonly documents: DocumentWriter;
  /** Where rules send pushes: messaging. */
  readonly sendPush: PushSender;
}

/** Devices: registry, credentials, telemetry, presence and rules. */
export function createDevices(frame: Frame, dependencies: DevicesDependencies) {
  const { store, log } = frame;
  const { settings, loadProject } = dependencies;
  const states = new DeviceStates(store, log);
  const credentials = createCredentialsService(frame);
  const present = createDevicePresenter({ store, beats: new BrokerBeats(store, frame.clock) });
  const registry = createRegistryService({ ...frame, credentials, present });
  const rules = createRulesService(frame);
  const telemetry = createTelemetryService({ ...frame, settings, states, rules });
  const resolver = new DeviceResolver({ store, log, loadProject });
  let port: number | undefined;
  /** Ends after the doors that give it work. */
  const part: LifecyclePart = { name: 'devices', drain: () => states.drain(), stop: () => Promise.resolve(rules.stop()) };
  return {
    frame,
    dependencies,
    states,
    registry,
    rules,
    telemetry,
    resolver,
    part,
    /** The port of MQTT over TCP in this process, once it listens. */
    mqttPort: (): number | undefined => port,
    /** Called by the broker when it listens. */
    noteMqttPort: (listening: number | undefined): void => {
      port = listening;
    },
  };
}

export type Devices = ReturnType<typeof createDevices>;
