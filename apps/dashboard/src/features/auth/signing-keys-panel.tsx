import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { CopyButton } from '../../design/copy-button.tsx';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useMayWrite } from '../../shell/project.ts';
import { useSigningKeys } from './use-providers.ts';

/** The keys by which other services know our users. */
export function SigningKeysPanel() {
  const { keys, rotate, jwksUrl } = useSigningKeys();
  const mayWrite = useMayWrite();
  const askToRotate = () =>
    confirmDanger({
      title: 'Sign with a new key?',
      message: 'Tokens of the key before stay valid until they have run out. Services read the new key by themselves.',
      confirm: 'Rotate key',
      onConfirm: () => rotate.mutate(undefined, { onSuccess: () => showDone('A new key signs.') }),
    });
  return (
    <Panel
      title="Access tokens"
      description="Short JWTs (ES256) by which other services know a user without asking here. Sessions stay as they are."
      actions={
        mayWrite && (
          <Button variant="default" loading={rotate.isPending} onClick={askToRotate}>
            Rotate key
          </Button>
        )
      }
    >
      <Stack gap="xs">
        {keys.error && <ProblemPanel error={keys.error} />}
        <Group gap="xs" wrap="nowrap">
          <Text size="sm" component="div" miw={0} style={{ overflowWrap: 'anywhere' }}>
            Keys for services: <span className="mono">{jwksUrl}</span>
          </Text>
          <CopyButton value={jwksUrl} label="Copy the address of the keys" />
        </Group>
        {keys.data?.items.map(({ id, isCurrent }) => (
          <Group key={id} gap="xs">
            <Text size="xs" c="dimmed" className="mono">
              {id}
            </Text>
            <Badge variant="light" color={isCurrent ? 'teal' : 'gray'}>
              {isCurrent ? 'Signs' : 'Verifies'}
            </Badge>
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}
