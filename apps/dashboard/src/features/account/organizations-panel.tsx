import { Anchor, Badge, Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { Panel } from '../../design/panel.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import type { Page } from '../../shell/api.ts';
import { platformApi } from '../../shell/api.ts';
import { useSession } from '../../shell/session.ts';
import type { DeletedOrganization } from './account-shapes.ts';

/** The organizations of the account, the ones that can be restored, and new ones. */
export function OrganizationsPanel() {
  const { organizations } = useSession();
  return (
    <Stack gap="md">
      <Panel title="Organizations" description="An organization owns projects; its members work on all of them.">
        <Stack gap="sm">
          {organizations.map(({ id, name, role, barred }) => (
            <Paper key={id} withBorder p="sm">
              <Group justify="space-between" gap="xs">
                <Anchor component={Link} to={`/organizations/${id}`} underline="always">
                  {name}
                </Anchor>
                <Group gap="xs">
                  {barred && (
                    <Badge color="red" variant="light">
                      needs a second factor
                    </Badge>
                  )}
                  <Badge variant="light">{role}</Badge>
                </Group>
              </Group>
            </Paper>
          ))}
          <NewOrganization />
        </Stack>
      </Panel>
      <DeletedOrganizations />
    </Stack>
  );
}

function NewOrganization() {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const create = useMutation({
    mutationFn: () => platformApi.post('/organizations', { name: name.trim() }),
    onSuccess: async () => {
      setName('');
      await client.invalidateQueries();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="sm">
        <TextInput
          label="New organization"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          style={{ flex: '1 1 220px' }}
          maw={420}
        />
        <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
          Create
        </Button>
      </Group>
    </form>
  );
}

function DeletedOrganizations() {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: ['account', 'deleted-organizations'],
    queryFn: () => platformApi.get<Page<DeletedOrganization>>('/deleted-organizations'),
  });
  const restore = useMutation({
    mutationFn: (id: string) => platformApi.post(`/organizations/${id}/restore`),
    onSuccess: () => client.invalidateQueries(),
  });
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Panel title="Deleted organizations" description="They come back with their projects, until they are erased.">
      <Stack gap="sm">
        {data.items.map(({ id, name, deletedAt }) => (
          <Group key={id} justify="space-between" gap="xs">
            <Text size="sm">
              {name}, deleted <TimeAgo at={deletedAt} />
            </Text>
            <Button size="compact-sm" variant="default" onClick={() => restore.mutate(id)} aria-label={`Restore ${name}`}>
              Restore
            </Button>
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}
