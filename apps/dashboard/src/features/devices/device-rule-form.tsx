import { Button, Group, List, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { COMPARISONS, deviceRuleProblems, newDeviceRuleDraft, toDeviceRule } from './device-rule-draft.ts';
import type { DeviceRuleDraft } from './device-rule-draft.ts';
import { RuleActionsFields } from './rule-actions-fields.tsx';
import { useDeviceRules } from './use-devices.ts';

/** Writes a rule over telemetry. */
export function DeviceRuleForm({ onDone }: { onDone: () => void }) {
  const { create } = useDeviceRules();
  const [draft, setDraft] = useState(newDeviceRuleDraft);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const change = (part: Partial<DeviceRuleDraft>) => setDraft((old) => ({ ...old, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = deviceRuleProblems(draft);
    setProblems(found);
    if (found.length === 0)
      create.mutate(toDeviceRule(draft), { onSuccess: ({ name }) => (showDone(`The rule ${name} is on.`), onDone()) });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {create.error && <ProblemPanel error={create.error} />}
        <TextInput
          label="Rule name"
          value={draft.name}
          onChange={({ currentTarget }) => change({ name: currentTarget.value })}
          data-autofocus
        />
        <Group grow align="flex-end">
          <NativeSelect
            label="Listens to"
            value={draft.scope}
            data={[
              { value: 'all', label: 'Every device' },
              { value: 'profile', label: 'Devices of a profile' },
              { value: 'device', label: 'One device' },
            ]}
            onChange={({ currentTarget }) => change({ scope: currentTarget.value as DeviceRuleDraft['scope'] })}
          />
          {draft.scope !== 'all' && (
            <TextInput
              label={draft.scope === 'profile' ? 'Profile' : 'Device id'}
              value={draft.scopeValue}
              onChange={({ currentTarget }) => change({ scopeValue: currentTarget.value })}
            />
          )}
        </Group>
        <Group align="flex-end" gap="sm" role="group" aria-label="Condition">
          <TextInput
            label="When"
            placeholder="temperature"
            value={draft.key}
            onChange={({ currentTarget }) => change({ key: currentTarget.value })}
            style={{ flex: '2 1 140px' }}
          />
          <NativeSelect
            aria-label="Comparison"
            value={draft.comparison}
            data={[...COMPARISONS]}
            onChange={({ currentTarget }) => change({ comparison: currentTarget.value as DeviceRuleDraft['comparison'] })}
            w={74}
          />
          <TextInput
            aria-label="Threshold"
            value={draft.threshold}
            onChange={({ currentTarget }) => change({ threshold: currentTarget.value })}
            style={{ flex: '1 1 90px' }}
          />
        </Group>
        <RuleActionsFields draft={draft} onChange={change} />
        {problems.length > 0 && (
          <List size="sm" c="var(--mantine-color-error)" role="alert">
            {problems.map((problem) => (
              <List.Item key={problem}>{problem}</List.Item>
            ))}
          </List>
        )}
        <Button type="submit" loading={create.isPending}>
          Create rule
        </Button>
      </Stack>
    </form>
  );
}
