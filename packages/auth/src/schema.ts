export * from './auth.schema.ts';
export * from './events/events.schema.ts';
export * from './hosted/hosted.schema.ts';
export * from './hooks/hooks.schema.ts';
export * from './policy/policy.schema.ts';
export * from './proofs/proofs.schema.ts';
export { Claims } from './users/claims.schema.ts';
export * from './second-factors/second-factors.schema.ts';
