import { defineKind } from '@mainstay/store';
import type { DeviceRuleTrigger } from './rules.schema.ts';

/** A rule as it is stored. */
export interface DeviceRuleRow {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly on: DeviceRuleTrigger;
  /** JSON text: MongoDB would read the operators of a condition as its own. */
  readonly when: string;
  /** JSON text, for the same reason. */
  readonly do: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const DeviceRuleKind = defineKind<DeviceRuleRow>({
  name: 'deviceRules',
  indexes: [{ fields: { createdAt: -1 } }, { fields: { name: 1 }, unique: true }],
});

/** Something that a rule wants done; kept until a day after it is, so that a repeated message does not ask for it again. */
export interface DeviceActionRow {
  /** A hash of the rule, its version, the sample and the place in the rule: the same hit is the same row. */
  readonly id: string;
  readonly rule: string;
  readonly device: { readonly id: string; readonly name: string; readonly profile: string };
  readonly at: Date;
  /** JSON text of the sample's values. */
  readonly values: string;
  /** JSON text of the action, as it was when the rule was met. */
  readonly action: string;
  readonly state: 'waiting' | 'done' | 'failed';
  readonly attempts: number;
  readonly dueAt: Date;
  readonly createdAt: Date;
  readonly error?: string;
  readonly expiresAt?: Date;
}

export const DeviceActionKind = defineKind<DeviceActionRow>({
  name: 'deviceActions',
  indexes: [{ fields: { state: 1, dueAt: 1 } }, { fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});
