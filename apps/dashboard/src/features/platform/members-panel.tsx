import { Button, Group, NativeSelect, Skeleton, Stack, Table, Text } from '@mantine/core';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import type { Role } from '../../shell/session.ts';
import { useSession } from '../../shell/session.ts';
import { InvitationsPanel } from './invitations-panel.tsx';
import { ROLES } from './platform-shapes.ts';
import { useMembers } from './use-members.ts';

/** Who works on the organization's projects, and as what. */
export function MembersPanel({ organizationId, role }: { organizationId: string; role: Role }) {
  const { organizations, account } = useSession();
  const organization = organizations.find(({ id }) => id === organizationId);
  const { members, changeRole, remove } = useMembers(organizationId);
  const mayManage = role === 'owner' || role === 'admin';
  const { data, error, isLoading, refetch } = members;
  return (
    <Stack gap="md">
      <Panel title="Members" description={`They belong to ${organization?.name ?? 'the organization'} and see all its projects.`}>
        {error && <ProblemPanel error={error} onRetry={() => void refetch()} />}
        {isLoading && <Skeleton h={80} />}
        {data && (
          <Table.ScrollContainer minWidth={480} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': 'Members' } }}>
            <Table aria-label="Members">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Member</Table.Th>
                  <Table.Th>Role</Table.Th>
                  <Table.Th>Since</Table.Th>
                  <Table.Th>
                    <span className="visually-hidden">Actions</span>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.items.map((member) => (
                  <Table.Tr key={member.accountId}>
                    <Table.Td>
                      <Text size="sm" fw={500}>
                        {member.name}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {member.email}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <NativeSelect
                        size="xs"
                        aria-label={`Role of ${member.email}`}
                        value={member.role}
                        data={[...ROLES]}
                        disabled={!mayManage || member.accountId === account.id}
                        onChange={({ currentTarget }) =>
                          changeRole.mutate({ accountId: member.accountId, role: currentTarget.value as Role })
                        }
                        w={130}
                      />
                    </Table.Td>
                    <Table.Td>
                      <TimeAgo at={member.createdAt} />
                    </Table.Td>
                    <Table.Td>
                      {mayManage && member.accountId !== account.id && (
                        <Group justify="flex-end">
                          <Button
                            size="compact-xs"
                            variant="subtle"
                            color="red"
                            onClick={() =>
                              confirmDanger({
                                title: `Remove ${member.email}?`,
                                message: 'They lose access to all projects of the organization at once.',
                                confirm: 'Remove member',
                                onConfirm: () => remove.mutate(member.accountId),
                              })
                            }
                          >
                            Remove
                          </Button>
                        </Group>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Panel>
      {mayManage && <InvitationsPanel organizationId={organizationId} />}
    </Stack>
  );
}
