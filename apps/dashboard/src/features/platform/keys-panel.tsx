import { ActionIcon, Badge, Button, Code, Group, Menu, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Ellipsis, Plus } from 'lucide-react';
import { useState } from 'react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { CopyButton } from '../../design/copy-button.tsx';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { SecretField } from '../../design/secret-field.tsx';
import { showDone } from '../../design/show-done.ts';
import { TimeAgo } from '../../design/time-ago.tsx';
import { useMayWrite } from '../../shell/project.ts';
import { NewKeyDialog } from './new-key-dialog.tsx';
import type { ProjectKey } from './platform-shapes.ts';
import { useKeyChanges, useKeys } from './use-keys.ts';

const OVERLAP_SECONDS = 24 * 60 * 60;

/** The project's keys: create, roll, revoke. A secret is shown once. */
export function KeysPanel() {
  const { data, error, isLoading, refetch } = useKeys();
  const { create, roll, revoke } = useKeyChanges();
  const [made, setMade] = useState<ProjectKey | null>(null);
  const [isCreating, dialog] = useDisclosure(false);
  const mayWrite = useMayWrite();
  const askRoll = ({ id, name }: ProjectKey) =>
    confirmDanger({
      title: `Roll ${name}?`,
      message: 'A new key takes its place. The old one works for another 24 hours, so that you can change it everywhere.',
      confirm: 'Roll key',
      onConfirm: () => roll.mutate({ keyId: id, overlapSeconds: OVERLAP_SECONDS }, { onSuccess: setMade }),
    });
  const askRevoke = ({ id, name }: ProjectKey) =>
    confirmDanger({
      title: `Revoke ${name}?`,
      message: 'Whatever uses it is refused within a second.',
      confirm: 'Revoke key',
      onConfirm: () => revoke.mutate(id, { onSuccess: () => showDone(`${name} is revoked.`) }),
    });
  return (
    <Panel
      title="Keys"
      description="Publishable keys go into apps: rules apply to them. Secret keys stay on your servers: rules do not bind them."
      actions={
        mayWrite && (
          <Button size="xs" leftSection={<Plus size={14} aria-hidden />} onClick={dialog.open}>
            Create key
          </Button>
        )
      }
    >
      <Stack gap="sm">
        {made?.key !== undefined && made.kind === 'secret' && <SecretField label="Secret key" value={made.key} />}
        {error && <ProblemPanel error={error} onRetry={() => void refetch()} />}
        {isLoading && <Skeleton h={80} />}
        {data && (
          <Table.ScrollContainer minWidth={720} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': 'Keys' } }}>
            <Table aria-label="Keys">
              <Table.Thead>
                <Table.Tr>
                  {['Name', 'Kind', 'Key', 'Created', 'Last used'].map((header) => (
                    <Table.Th key={header}>{header}</Table.Th>
                  ))}
                  <Table.Th>
                    <span className="visually-hidden">Actions</span>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.items.map((key) => (
                  <Table.Tr key={key.id}>
                    <Table.Td>{key.name}</Table.Td>
                    <Table.Td>
                      <Badge variant="light" miw="max-content" color={key.kind === 'secret' ? 'orange' : 'deep'}>
                        {key.kind}
                      </Badge>
                    </Table.Td>
                    <Table.Td>
                      <Group gap={4} wrap="nowrap">
                        <Code>{key.key ?? key.preview}</Code>
                        {key.key !== undefined && <CopyButton value={key.key} label={`Copy ${key.name}`} />}
                      </Group>
                    </Table.Td>
                    <Table.Td>
                      <TimeAgo at={key.createdAt} />
                    </Table.Td>
                    <Table.Td>
                      <TimeAgo at={key.lastUsedAt} />
                      {key.expiresAt && (
                        <Text size="xs" c="dimmed">
                          ends <TimeAgo at={key.expiresAt} />
                        </Text>
                      )}
                    </Table.Td>
                    <Table.Td>
                      {mayWrite && <KeyMenu name={key.name} onRoll={() => askRoll(key)} onRevoke={() => askRevoke(key)} />}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Stack>
      <NewKeyDialog
        opened={isCreating}
        onClose={dialog.close}
        isBusy={create.isPending}
        onCreate={(key) => create.mutate(key, { onSuccess: (created) => (setMade(created), dialog.close()) })}
      />
    </Panel>
  );
}

function KeyMenu({ name, onRoll, onRevoke }: { name: string; onRoll: () => void; onRevoke: () => void }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions of ${name}`}>
          <Ellipsis size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onRoll}>Roll</Menu.Item>
        <Menu.Item color="red" onClick={onRevoke}>
          Revoke
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
