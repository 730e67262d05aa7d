import { Button, Group, Stack, Table, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { SecretField } from '../../design/secret-field.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import type { Page } from '../../shell/api.ts';
import { platformApi } from '../../shell/api.ts';
import type { PersonalToken } from './platform-shapes.ts';

const queryKey = ['tokens'];

/** The account's personal access tokens, for scripts that do what the dashboard does. */
export function TokensPanel() {
  const client = useQueryClient();
  const { data, error } = useQuery({ queryKey, queryFn: () => platformApi.get<Page<PersonalToken>>('/tokens') });
  const onSuccess = () => client.invalidateQueries({ queryKey });
  const create = useMutation({ mutationFn: (name: string) => platformApi.post<PersonalToken>('/tokens', { name }), onSuccess });
  const revoke = useMutation({ mutationFn: (id: string) => platformApi.delete(`/tokens/${id}`), onSuccess });
  const [name, setName] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') create.mutate(name.trim(), { onSuccess: () => setName('') });
  };
  return (
    <Panel
      title="Personal access tokens"
      description="A token acts as you, in all your projects. Send it as Authorization: Bearer pat_… from scripts."
    >
      <Stack gap="sm">
        <form onSubmit={submit}>
          <Group align="flex-end" gap="sm">
            <TextInput
              label="Token name"
              placeholder="Deploy script"
              value={name}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
              style={{ flex: '1 1 200px' }}
              maw={360}
            />
            <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
              Create token
            </Button>
          </Group>
        </form>
        {create.data?.token !== undefined && <SecretField label="Token" value={create.data.token} />}
        {error && <ProblemPanel error={error} />}
        {data && data.items.length > 0 && (
          <Table aria-label="Personal access tokens">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Created</Table.Th>
                <Table.Th>Last used</Table.Th>
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
                    <TimeAgo at={token.createdAt} />
                  </Table.Td>
                  <Table.Td>
                    <TimeAgo at={token.lastUsedAt} />
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
        )}
      </Stack>
    </Panel>
  );
}
