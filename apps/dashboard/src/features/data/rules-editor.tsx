import { Button, Group, Stack, Text } from '@mantine/core';
import type { Operation } from './data-shapes.ts';
import { OPERATIONS } from './data-shapes.ts';
import { RuleField } from './rule-field.tsx';
import { RULE_PRESETS } from './rule-presets.ts';
import type { RuleSubject } from './rule-shapes.ts';
import { useRuleViews } from './use-rules.ts';

export interface RulesEditorProps {
  readonly rules: Readonly<Record<Operation, string>>;
  readonly subject: RuleSubject;
  readonly onChange: (rules: Readonly<Record<Operation, string>>) => void;
}

const ALL_PRESETS = RULE_PRESETS.filter(({ id }) => id !== 'device');

/** The rules of a collection: who may list, get, create, update, delete and subscribe. */
export function RulesEditor({ rules, subject, onChange }: RulesEditorProps) {
  const views = useRuleViews(rules, subject);
  const setAll = (json: string) =>
    onChange(Object.fromEntries(OPERATIONS.map((operation) => [operation, json])) as Record<Operation, string>);
  return (
    <Stack gap="sm">
      <Group gap="xs" role="group" aria-label="Set all rules">
        <Text size="sm" c="dimmed">
          Set all rules to
        </Text>
        {ALL_PRESETS.map(({ id, label, rule }) => (
          <Button key={id} size="compact-xs" variant="default" onClick={() => setAll(JSON.stringify(rule))}>
            {label}
          </Button>
        ))}
      </Group>
      <Text size="sm" c="dimmed">
        A condition is about the document. There are <span className="mono">user.id</span>, <span className="mono">user.email</span>,{' '}
        <span className="mono">user.roles</span>, <span className="mono">device.id</span>, <span className="mono">request.time</span>; and{' '}
        <span className="mono">previous</span> when updating.
      </Text>
      {OPERATIONS.map((operation) => (
        <RuleField
          key={operation}
          operation={operation}
          value={rules[operation]}
          view={views?.[operation]}
          onChange={(json) => onChange({ ...rules, [operation]: json })}
        />
      ))}
    </Stack>
  );
}
