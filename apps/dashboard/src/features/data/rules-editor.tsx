import { Button, Group, Stack, Text } from '@mantine/core';
import type { Operation } from './data-shapes.ts';
import { OPERATIONS } from './data-shapes.ts';
import { RuleField } from './rule-field.tsx';
import { RULE_PRESETS } from './rule-presets.ts';

export interface RulesEditorProps {
  readonly rules: Readonly<Record<Operation, string>>;
  readonly onChange: (rules: Readonly<Record<Operation, string>>) => void;
}

const ownerRules = Object.fromEntries(OPERATIONS.map((operation) => [operation, '{"owner":{"$var":"user.id"}}'])) as Record<
  Operation,
  string
>;

/** The rules of a collection: who may list, get, create, update, delete and subscribe. */
export function RulesEditor({ rules, onChange }: RulesEditorProps) {
  return (
    <Stack gap="sm">
      <Group gap="xs" role="group" aria-label="Set all rules">
        <Text size="sm" c="dimmed">
          Set all rules to
        </Text>
        {RULE_PRESETS.filter(({ id }) => id !== 'device').map(({ id, label, rule }) => (
          <Button
            key={id}
            size="compact-xs"
            variant="default"
            onClick={() =>
              onChange(
                id === 'owner'
                  ? ownerRules
                  : (Object.fromEntries(OPERATIONS.map((operation) => [operation, JSON.stringify(rule)])) as Record<Operation, string>),
              )
            }
          >
            {label}
          </Button>
        ))}
      </Group>
      {OPERATIONS.map((operation) => (
        <RuleField
          key={operation}
          operation={operation}
          value={rules[operation]}
          onChange={(json) => onChange({ ...rules, [operation]: json })}
        />
      ))}
    </Stack>
  );
}
