import type { Rule } from './data-shapes.ts';

/** A rule that many collections want, by name. */
export interface RulePreset {
  readonly id: string;
  readonly label: string;
  readonly rule: Rule;
}

export const RULE_PRESETS: readonly RulePreset[] = [
  { id: 'everyone', label: 'Everyone', rule: true },
  { id: 'signed-in', label: 'Signed-in users', rule: { $var: 'user.id' } },
  { id: 'owner', label: 'Only the owner', rule: { owner: { $var: 'user.id' } } },
  { id: 'device', label: 'Devices', rule: { $var: 'device.id' } },
  { id: 'server', label: 'Server only', rule: null },
];

/** The preset that a rule is; undefined for a condition of one's own. */
export function presetOf(rule: Rule | undefined): RulePreset | undefined {
  const text = JSON.stringify(rule ?? null);
  return RULE_PRESETS.find((preset) => JSON.stringify(preset.rule) === text);
}
