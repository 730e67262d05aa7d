import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useMayWrite } from '../../shell/project.ts';
import { ProviderDialog } from './provider-dialog.tsx';
import type { Provider } from './provider-shapes.ts';
import { PRESET_NAMES } from './provider-shapes.ts';
import { useProviders } from './use-providers.ts';

/** The services that sign users in, such as Google or a company's own. */
export function ProvidersPanel() {
  const { providers } = useProviders();
  const [opened, setOpened] = useState<Provider | 'new' | null>(null);
  const mayWrite = useMayWrite();
  const items = providers.data?.items ?? [];
  return (
    <Panel
      title="Providers"
      description="Accounts elsewhere that sign users in. Apps send the browser to the provider's authorize address; the sign-in page shows a button."
      actions={mayWrite && <Button onClick={() => setOpened('new')}>Add provider</Button>}
    >
      <Stack gap="sm">
        {providers.error && <ProblemPanel error={providers.error} />}
        {providers.data !== undefined && items.length === 0 && (
          <Text size="sm" c="dimmed">
            None yet. Register an app at the provider first; it gives you the client id and the secret.
          </Text>
        )}
        {items.map((provider) => (
          <ProviderRow key={provider.name} provider={provider} onEdit={() => setOpened(provider)} />
        ))}
      </Stack>
      <ProviderDialog key={opened === null || opened === 'new' ? 'new' : opened.name} provider={opened} onClose={() => setOpened(null)} />
    </Panel>
  );
}

function ProviderRow({ provider, onEdit }: { provider: Provider; onEdit: () => void }) {
  const { remove, check } = useProviders();
  const mayWrite = useMayWrite();
  const { name, preset, clientId, enabled } = provider;
  const askToRemove = () =>
    confirmDanger({
      title: `Remove ${name}?`,
      message: 'Nobody signs in with it any more. Users keep their accounts, and are known again when it comes back.',
      confirm: 'Remove provider',
      onConfirm: () => remove.mutate(name),
    });
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" gap="xs">
        <Group gap="xs" miw={0}>
          <Text size="sm" fw={500}>
            {name}
          </Text>
          <Badge variant="light">{PRESET_NAMES[preset]}</Badge>
          {!enabled && (
            <Badge variant="light" color="gray">
              Off
            </Badge>
          )}
          <Text size="xs" c="dimmed" className="cut">
            {clientId}
          </Text>
        </Group>
        {mayWrite && (
          <Group gap={4}>
            <Button
              size="compact-xs"
              variant="subtle"
              loading={check.isPending}
              aria-label={`Check ${name}`}
              onClick={() => check.mutate(name, { onSuccess: () => showDone(`${name} answers.`) })}
            >
              Check
            </Button>
            <Button size="compact-xs" variant="subtle" aria-label={`Edit ${name}`} onClick={onEdit}>
              Edit
            </Button>
            <Button size="compact-xs" variant="subtle" color="red" aria-label={`Remove ${name}`} onClick={askToRemove}>
              Remove
            </Button>
          </Group>
        )}
      </Group>
    </Paper>
  );
}
