export * from './auth.problems.ts';
export { AuthSettings } from './auth.settings.ts';
export type { Auth } from './create-auth.ts';
export { createAuth } from './create-auth.ts';
export type { AuthEventRow } from './events/events.model.ts';
export type { AuthEventTeller } from './events/events.service.ts';
export * from './teams/teams.problems.ts';
export * from './imports/imports.problems.ts';
export { authModule } from './module.ts';
