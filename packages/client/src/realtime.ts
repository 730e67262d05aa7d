export { createRealtime } from './realtime/create-realtime.ts';
export type { Announcement, Realtime, RealtimeSettings, RealtimeStatus } from './realtime/realtime-types.ts';
