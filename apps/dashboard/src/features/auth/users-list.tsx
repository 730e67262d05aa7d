import { Anchor, Badge, Group, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Search, Users } from 'lucide-react';
import { DataTable } from '../../design/data-table.tsx';
import { NothingYet } from '../../design/nothing-yet.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import { useProjectApi } from '../../shell/project.ts';
import { usePages } from '../../shell/use-pages.ts';
import { useRefreshOn } from '../../shell/use-refresh-on.ts';
import type { User } from './auth-shapes.ts';

/** The users, newest first; new ones appear by themselves. */
export function UsersList({ onOpen }: { onOpen: (id: string) => void }) {
  const api = useProjectApi();
  const { search } = useSearch({ from: '/signed-in/projects/$projectId/users' });
  const navigate = useNavigate({ from: '/projects/$projectId/users' });
  const pages = usePages<User>({ api, path: '/users', query: search === undefined ? {} : { search } });
  useRefreshOn('users', ['/users']);
  const find = useDebouncedCallback(
    (text: string) => void navigate({ search: (old) => ({ ...old, search: text === '' ? undefined : text }) }),
    250,
  );
  return (
    <Stack gap="sm">
      <TextInput
        aria-label="Search users"
        placeholder="Search by name or e-mail"
        leftSection={<Search size={15} aria-hidden />}
        defaultValue={search ?? ''}
        onChange={({ currentTarget }) => find(currentTarget.value.trim())}
        maw={360}
      />
      <DataTable
        label="Users"
        pages={pages}
        empty={
          <NothingYet icon={Users} title={search === undefined ? 'No users yet' : 'Nobody found'}>
            {search === undefined ? 'They appear here the moment they sign up.' : 'No name, user name or e-mail begins like this.'}
          </NothingYet>
        }
        columns={[
          {
            header: 'Email',
            cell: (user) => (
              <Anchor component="button" type="button" size="sm" fw={500} onClick={() => onOpen(user.id)}>
                {user.email ?? (user.anonymous ? 'Anonymous' : user.id)}
              </Anchor>
            ),
          },
          { header: 'Status', cell: (user) => <UserBadges user={user} /> },
          { header: 'Signed up', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
          { header: 'Last seen', cell: ({ lastSeenAt }) => <TimeAgo at={lastSeenAt} /> },
          { header: 'Name', cell: ({ name }) => name ?? '' },
          { header: 'Roles', cell: ({ roles }) => roles?.join(', ') ?? '' },
        ]}
      />
    </Stack>
  );
}

function UserBadges({ user }: { user: User }) {
  return (
    <Group gap={4}>
      {user.blocked && (
        <Badge color="red" variant="light">
          blocked
        </Badge>
      )}
      {user.anonymous && (
        <Badge color="gray" variant="light">
          anonymous
        </Badge>
      )}
      {user.emailVerified && (
        <Badge color="teal" variant="light">
          verified
        </Badge>
      )}
      {!user.blocked && !user.anonymous && !user.emailVerified && (
        <Badge color="gray" variant="light">
          active
        </Badge>
      )}
    </Group>
  );
}
