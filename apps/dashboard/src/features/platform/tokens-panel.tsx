import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { SecretField } from '../../design/secret-field.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import type { Page } from '../../shell/api.ts';
import { platformApi } from '../../shell/api.ts';
import { useProjects } from '../../shell/project.ts';
import { useSession } from '../../shell/session.ts';
import { NewTokenForm } from './new-token-form.tsx';
import type { NewToken } from './new-token-form.tsx';
import type { PersonalToken } from './platform-shapes.ts';

const queryKey = ['tokens'];

/** The account's personal access tokens, for scripts that do what the dashboard does. */
export function TokensPanel() {
  const client = useQueryClient();
  const { data, error } = useQuery({ queryKey, queryFn: () => platformApi.get<Page<PersonalToken>>('/tokens') });
  const onSuccess = () => client.invalidateQueries({ queryKey });
  const create = useMutation({ mutationFn: (token: NewToken) => platformApi.post<PersonalToken>('/tokens', token), onSuccess });
  const revoke = useMutation({ mutationFn: (id: string) => platformApi.delete(`/tokens/${id}`), onSuccess });
  return (
    <Panel
      title="Personal access tokens"
      description="A token acts as you, as far as it reaches. Send it as Authorization: Bearer pat_… from scripts."
    >
      <Stack gap="sm">
        <NewTokenForm isPending={create.isPending} onCreate={create.mutate} />
        {create.data?.token !== undefined && <SecretField label="Token" value={create.data.token} />}
        {error && <ProblemPanel error={error} />}
        {data && data.items.length > 0 && (
          <Table.ScrollContainer minWidth={560} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': 'Access tokens' } }}>
            <Table aria-label="Personal access tokens">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Reach</Table.Th>
                  <Table.Th>Last used</Table.Th>
                  <Table.Th>Ends</Table.Th>
                  <Table.Th>
                    <span className="visually-hidden">Actions</span>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.items.map((token) => (
                  <Table.Tr key={token.id}>
                    <Table.Td>{token.name}</Table.Td>
                    <Table.Td>
                      <Reach token={token} />
                    </Table.Td>
                    <Table.Td>
                      <TimeAgo at={token.lastUsedAt} />
                    </Table.Td>
                    <Table.Td>
                      <TimeAgo at={token.expiresAt} />
                    </Table.Td>
                    <Table.Td ta="right">
                      <Button
                        size="compact-xs"
                        variant="subtle"
                        color="red"
                        onClick={() => revoke.mutate(token.id)}
                        aria-label={`Revoke ${token.name}`}
                      >
                        Revoke
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Stack>
    </Panel>
  );
}

function Reach({ token: { access, organizationId, projectId } }: { token: PersonalToken }) {
  const { organizations } = useSession();
  const projects = useProjects();
  const place =
    projectId !== null
      ? (projects.find(({ id }) => id === projectId)?.name ?? projectId)
      : organizationId !== null
        ? (organizations.find(({ id }) => id === organizationId)?.name ?? organizationId)
        : 'everything';
  return (
    <Group gap={6} wrap="nowrap">
      <Badge variant="light" color={access === 'read' ? 'gray' : 'deep'}>
        {access}
      </Badge>
      <Text size="sm">{place}</Text>
    </Group>
  );
}
