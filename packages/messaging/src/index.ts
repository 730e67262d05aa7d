export type { Messaging } from './create-messaging.ts';
export { createMessaging } from './create-messaging.ts';
export * from './messaging.problems.ts';
export { MessagingSettings } from './messaging.settings.ts';
export { messagingModule } from './module.ts';
