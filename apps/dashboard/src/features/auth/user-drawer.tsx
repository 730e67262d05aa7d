import { Badge, Button, Drawer, Group, MultiSelect, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { CopyButton } from '../../design/copy-button.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { TimeAgo } from '../../design/time-ago.tsx';
import { useMayWrite } from '../../shell/project.ts';
import type { User } from './auth-shapes.ts';
import { UserActivity } from './user-activity.tsx';
import { UserClaims } from './user-claims.tsx';
import { UserFactors } from './user-factors.tsx';
import { UserIdentities } from './user-identities.tsx';
import { UserSessions } from './user-sessions.tsx';
import { useRoles, useUser, useUserChanges } from './use-users.ts';

/** One user: name, roles, sessions; block and delete. */
export function UserDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { data, error, isLoading } = useUser(id);
  return (
    <Drawer opened={id !== undefined} onClose={onClose} title="User" size="md">
      {error && <ProblemPanel error={error} />}
      {isLoading && <Skeleton h={200} />}
      {data && <UserDetail key={data.id} user={data} onClose={onClose} />}
    </Drawer>
  );
}

function UserDetail({ user, onClose }: { user: User; onClose: () => void }) {
  const { update, remove } = useUserChanges();
  const { roles } = useRoles();
  const [name, setName] = useState(user.name ?? '');
  const [chosen, setChosen] = useState([...(user.roles ?? [])]);
  const mayWrite = useMayWrite();
  const known = [...new Set([...(roles.data?.items.map((role) => role.name) ?? []), ...chosen])];
  const title = user.email ?? user.id;
  const save = () =>
    update.mutate(
      {
        id: user.id,
        ...(name === (user.name ?? '') ? {} : { name }),
        ...(chosen.join() === (user.roles ?? []).join() ? {} : { roles: chosen }),
      },
      { onSuccess: () => showDone('The user is saved.') },
    );
  return (
    <Stack gap="md">
      <div>
        <Group gap="xs">
          <Text fw={600}>{title}</Text>
          {user.blocked && (
            <Badge color="red" variant="light">
              blocked
            </Badge>
          )}
        </Group>
        <Group gap={4}>
          <Text size="xs" c="dimmed" className="mono">
            {user.id}
          </Text>
          <CopyButton value={user.id} label="Copy user id" />
        </Group>
        <Text size="sm" c="dimmed" component="div">
          Signed up <TimeAgo at={user.createdAt} />, last seen <TimeAgo at={user.lastSeenAt} />
        </Text>
      </div>
      <TextInput label="Name" value={name} onChange={({ currentTarget }) => setName(currentTarget.value)} disabled={!mayWrite} />
      <MultiSelect
        label="Roles"
        data={known}
        value={chosen}
        onChange={setChosen}
        disabled={!mayWrite}
        searchable
        nothingFoundMessage="Create roles under Users, Roles"
      />
      {mayWrite && (
        <Group gap="xs">
          <Button
            onClick={save}
            loading={update.isPending}
            disabled={name === (user.name ?? '') && chosen.join() === (user.roles ?? []).join()}
          >
            Save user
          </Button>
          <Button
            variant="default"
            onClick={() =>
              update.mutate(
                { id: user.id, blocked: !user.blocked },
                { onSuccess: () => showDone(user.blocked ? `${title} may sign in again.` : `${title} is blocked.`) },
              )
            }
          >
            {user.blocked ? 'Unblock' : 'Block'}
          </Button>
          <Button
            variant="subtle"
            color="red"
            onClick={() =>
              confirmDanger({
                title: `Delete ${title}?`,
                message:
                  'The user, all sessions and their files are deleted. Documents stay, lose the name or go as their collection says.',
                confirm: 'Delete user',
                onConfirm: () => remove.mutate(user.id, { onSuccess: onClose }),
              })
            }
          >
            Delete
          </Button>
        </Group>
      )}
      <UserFactors userId={user.id} name={title} />
      <UserIdentities userId={user.id} />
      <UserClaims key={JSON.stringify(user.claims)} user={user} />
      <UserSessions userId={user.id} />
      <UserActivity userId={user.id} />
    </Stack>
  );
}
