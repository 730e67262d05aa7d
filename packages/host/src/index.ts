export type { ApiParts, BrokerParts, FeedConsumer, Module, Role, WorkerParts } from './define-module.ts';
export { defineModule, ROLES } from './define-module.ts';
export { together } from './feed-consumers.ts';
export type { FrameOptions } from './create-frame.ts';
export { createFrame } from './create-frame.ts';
export type { Frame } from './frame.ts';
export { HostSettings } from './host.settings.ts';
export type { HostOptions, RunningHost } from './run-host.ts';
export { runHost } from './run-host.ts';
