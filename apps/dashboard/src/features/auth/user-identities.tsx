import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import { useMayWrite } from '../../shell/project.ts';
import type { Identity } from './provider-shapes.ts';
import { useUserIdentities } from './use-providers.ts';

/** The accounts elsewhere that sign a user in; nothing where there is none. */
export function UserIdentities({ userId }: { userId: string }) {
  const { identities, remove } = useUserIdentities(userId);
  const items = identities.data?.items ?? [];
  if (identities.error) return <ProblemPanel error={identities.error} />;
  if (items.length === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={2}>Accounts elsewhere</Title>
      {items.map((identity) => (
        <IdentityRow key={identity.id} identity={identity} onRemove={() => remove.mutate(identity.id)} />
      ))}
    </Stack>
  );
}

function IdentityRow({ identity: { provider, subject, email, lastUsedAt }, onRemove }: { identity: Identity; onRemove: () => void }) {
  const mayWrite = useMayWrite();
  const askToRemove = () =>
    confirmDanger({
      title: `Unlink ${provider}?`,
      message: 'The user signs in some other way from now on; the last way in stays.',
      confirm: 'Unlink account',
      onConfirm: onRemove,
    });
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" wrap="nowrap">
        <div style={{ minWidth: 0 }}>
          <Text size="sm" className="cut">
            {provider}: {email ?? subject}
          </Text>
          <Text size="xs" c="dimmed" component="div">
            last used <TimeAgo at={lastUsedAt} />
          </Text>
        </div>
        {mayWrite && (
          <Button size="compact-xs" variant="light" color="red" aria-label={`Unlink ${provider}`} onClick={askToRemove}>
            Unlink
          </Button>
        )}
      </Group>
    </Paper>
  );
}
