export * from './channels/channels.problems.ts';
export type { Realtime, RealtimeOptions } from './create-realtime.ts';
export { createRealtime } from './create-realtime.ts';
export * from './gateway/gateway.problems.ts';
export { realtimeModule } from './module.ts';
export * from './sync/sync.problems.ts';
export { RealtimeSettings } from './realtime.settings.ts';
