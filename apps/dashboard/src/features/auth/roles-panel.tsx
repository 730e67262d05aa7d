import { Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { useMayWrite } from '../../shell/project.ts';
import { useRoles } from './use-users.ts';

/** Named sets of users that rules can ask for. */
export function RolesPanel() {
  const { roles, create, remove } = useRoles();
  const [name, setName] = useState('');
  const mayWrite = useMayWrite();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') create.mutate(name.trim(), { onSuccess: () => setName('') });
  };
  return (
    <Panel
      title="Roles"
      description={'Give them to users; rules ask for them, as in {"$var": "user.roles"}, and documents share with role:NAME in their acl.'}
    >
      <Stack gap="sm">
        {mayWrite && (
          <form onSubmit={submit}>
            <Group align="flex-end" gap="sm">
              <TextInput
                label="Role name"
                placeholder="editor"
                value={name}
                onChange={({ currentTarget }) => setName(currentTarget.value)}
              />
              <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
                Create role
              </Button>
            </Group>
          </form>
        )}
        {roles.error && <ProblemPanel error={roles.error} />}
        {roles.data?.items.length === 0 && (
          <Text size="sm" c="dimmed">
            No roles yet.
          </Text>
        )}
        {roles.data?.items.map((role) => (
          <Paper key={role.name} withBorder p="sm">
            <Group justify="space-between">
              <Text size="sm" fw={500}>
                {role.name}
              </Text>
              {mayWrite && (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="red"
                  aria-label={`Delete role ${role.name}`}
                  onClick={() =>
                    confirmDanger({
                      title: `Delete the role ${role.name}?`,
                      message: 'Whoever has it loses what it allowed.',
                      confirm: 'Delete role',
                      onConfirm: () => remove.mutate(role.name),
                    })
                  }
                >
                  Delete
                </Button>
              )}
            </Group>
          </Paper>
        ))}
      </Stack>
    </Panel>
  );
}
