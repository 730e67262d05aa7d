import { Group, NativeSelect } from '@mantine/core';
import { JsonArea } from '../../design/json-area.tsx';
import { parseJsonText } from '../../design/json-text.ts';
import type { Operation, Rule } from './data-shapes.ts';
import { presetOf, RULE_PRESETS } from './rule-presets.ts';

const OWN = 'own';

export interface RuleFieldProps {
  readonly operation: Operation;
  /** The rule as JSON. */
  readonly value: string;
  readonly onChange: (json: string) => void;
}

/** One rule: a preset, or a condition of one's own in JSON. Choosing a preset fills the JSON, so that it can be read and refined. */
export function RuleField({ operation, value, onChange }: RuleFieldProps) {
  const parsed = parseJsonText(value);
  const preset = parsed.ok ? presetOf(parsed.value as Rule) : undefined;
  const title = `${operation[0]?.toUpperCase() ?? ''}${operation.slice(1)} rule`;
  return (
    <Group align="flex-start" gap="sm" grow preventGrowOverflow={false} wrap="wrap">
      <NativeSelect
        label={title}
        value={preset?.id ?? OWN}
        data={[...RULE_PRESETS.map(({ id, label }) => ({ value: id, label })), { value: OWN, label: 'A condition of your own' }]}
        onChange={({ currentTarget }) => {
          const chosen = RULE_PRESETS.find(({ id }) => id === currentTarget.value);
          onChange(JSON.stringify(chosen === undefined ? { field: 'value' } : chosen.rule));
        }}
        style={{ flex: '1 1 190px' }}
      />
      <div style={{ flex: '2 1 280px' }}>
        <JsonArea label={`${title} as JSON`} value={value} onChange={onChange} minRows={1} />
      </div>
    </Group>
  );
}
