import { defineModule } from '@mainstay/host';
import type { Module } from '@mainstay/host';
import { MqttKinds } from '@mainstay/mqtt';
import type { Devices } from './create-devices.ts';
import { DeviceCredentialKind } from './credentials/credentials.model.ts';
import { DeviceErasureKind, DeviceKind } from './registry/registry.model.ts';
import { DeviceActionKind, DeviceRuleKind } from './rules/rules.model.ts';
import { DeviceStateKind, TelemetryKind } from './telemetry/telemetry.model.ts';

/** What devices add to each process. */
export function devicesModule(devices: Devices): Module {
  const { frame, dependencies, part } = devices;
  return defineModule({
    name: 'devices',
    kinds: [
      DeviceKind,
      DeviceErasureKind,
      DeviceCredentialKind,
      TelemetryKind,
      DeviceStateKind,
      DeviceRuleKind,
      DeviceActionKind,
      ...MqttKinds,
    ],
    async api() {
      const { registryRoutes } = await import('./registry/registry.routes.ts');
      const { telemetryRoutes } = await import('./telemetry/telemetry.routes.ts');
      const { rulesRoutes } = await import('./rules/rules.routes.ts');
      return { routes: [...registryRoutes(devices.registry), ...telemetryRoutes(devices), ...rulesRoutes(devices.rules)], parts: [part] };
    },
    async broker() {
      const { createDeviceBroker } = await import('./create-device-broker.ts');
      const { broker, part: door } = createDeviceBroker(devices);
      return { parts: [part, door], attach: (server) => broker.attachWebSocket(server) };
    },
    async worker() {
      const { registryJobs } = await import('./registry/registry.jobs.ts');
      const { rulesJobs } = await import('./rules/rules.jobs.ts');
      return { jobs: [...registryJobs(frame), ...rulesJobs(frame, dependencies)] };
    },
  });
}
