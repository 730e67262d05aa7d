export type { Devices, DevicesDependencies } from './create-devices.ts';
export { createDevices } from './create-devices.ts';
export { DevicesSettings } from './devices.settings.ts';
export { devicesModule } from './module.ts';
export { deviceNameTaken, deviceNotFound } from './registry/registry.problems.ts';
export type { DocumentWriter, PushSender } from './rules/perform-action.ts';
export { deviceRuleConditionInvalid, deviceRuleNameTaken, deviceRuleNotFound } from './rules/rules.problems.ts';
export { telemetryInvalid } from './telemetry/telemetry.problems.ts';
export { MqttSettings } from '@mainstay/mqtt';
