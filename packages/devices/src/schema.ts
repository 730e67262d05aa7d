export * from './registry/registry.schema.ts';
export * from './rules/rules.schema.ts';
export * from './telemetry/telemetry.schema.ts';
