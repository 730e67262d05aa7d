import { Button, Code, Group, Modal, Paper, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Plus, Workflow } from 'lucide-react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { NothingYet } from '../../design/nothing-yet.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { useMayWrite } from '../../shell/project.ts';
import { DeviceRuleForm } from './device-rule-form.tsx';
import type { DeviceRule } from './devices-shapes.ts';
import { useDeviceRules } from './use-devices.ts';

/** The device rules: when telemetry meets a condition, documents are written and pushes sent. */
export function DeviceRules() {
  const { rules, update, remove } = useDeviceRules();
  const [isOpen, dialog] = useDisclosure(false);
  const mayWrite = useMayWrite();
  const create = mayWrite && (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={dialog.open} size="xs">
      Create rule
    </Button>
  );
  const askRemove = ({ id, name }: DeviceRule) =>
    confirmDanger({
      title: `Delete the rule ${name}?`,
      message: 'What it wrote stays.',
      confirm: 'Delete rule',
      onConfirm: () => remove.mutate(id),
    });
  return (
    <Stack gap="sm">
      {rules.error && <ProblemPanel error={rules.error} onRetry={() => void rules.refetch()} />}
      {rules.isLoading && <Skeleton h={80} />}
      {rules.data?.items.length === 0 && (
        <Paper withBorder>
          <NothingYet icon={Workflow} title="No device rules yet" action={create}>
            For example: when temperature is more than 30, write a document to alerts and send a push.
          </NothingYet>
        </Paper>
      )}
      {rules.data && rules.data.items.length > 0 && <Group justify="flex-end">{create}</Group>}
      {rules.data?.items.map((rule) => (
        <Paper key={rule.id} withBorder p="md">
          <Group justify="space-between" align="flex-start" wrap="nowrap">
            <div style={{ minWidth: 0 }}>
              <Text fw={600}>{rule.name}</Text>
              <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
                {whose(rule)}: when <Code>{typeof rule.when === 'string' ? rule.when : JSON.stringify(rule.when)}</Code>,{' '}
                {rule.do.map(inWords).join(', and ')}.
              </Text>
            </div>
            {mayWrite && (
              <Group gap="sm" wrap="nowrap">
                <Switch
                  aria-label={`Rule ${rule.name} is on`}
                  checked={rule.enabled}
                  onChange={({ currentTarget }) => update.mutate({ id: rule.id, enabled: currentTarget.checked })}
                />
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="red"
                  onClick={() => askRemove(rule)}
                  aria-label={`Delete rule ${rule.name}`}
                >
                  Delete
                </Button>
              </Group>
            )}
          </Group>
        </Paper>
      ))}
      <Modal opened={isOpen} onClose={dialog.close} title="Create a device rule" size="lg">
        <DeviceRuleForm onDone={dialog.close} />
      </Modal>
    </Stack>
  );
}

const whose = ({ on }: DeviceRule) =>
  on.device !== undefined ? `Device ${on.device}` : on.profile !== undefined ? `Devices of profile ${on.profile}` : 'Every device';

const inWords = (action: DeviceRule['do'][number]) =>
  action.type === 'push' ? `push "${action.notification.title}"` : `write a document to ${action.collection}`;
