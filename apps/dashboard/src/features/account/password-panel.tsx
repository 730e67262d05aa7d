import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { platformApi } from '../../shell/api.ts';

const MIN_LENGTH = 8;

/** Changes the password. */
export function PasswordPanel() {
  const client = useQueryClient();
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const change = useMutation({
    mutationFn: () => platformApi.post('/me/password', { currentPassword, newPassword }),
    onSuccess: async () => {
      setCurrent('');
      setNew('');
      showDone('Your password is changed. Other sessions and access tokens have ended.');
      await client.invalidateQueries();
    },
    meta: { isErrorShown: true },
  });
  const isReady = currentPassword !== '' && newPassword.length >= MIN_LENGTH;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) change.mutate();
  };
  return (
    <Panel title="Password" description="A change ends every other session and all access tokens.">
      <Stack gap="sm">
        {change.error && <ProblemPanel error={change.error} />}
        <form onSubmit={submit}>
          <Group align="flex-end" gap="sm">
            <PasswordInput
              label="Current password"
              autoComplete="current-password"
              value={currentPassword}
              onChange={({ currentTarget }) => setCurrent(currentTarget.value)}
              style={{ flex: '1 1 180px' }}
            />
            <PasswordInput
              label="New password"
              autoComplete="new-password"
              value={newPassword}
              onChange={({ currentTarget }) => setNew(currentTarget.value)}
              style={{ flex: '1 1 180px' }}
            />
            <Button type="submit" loading={change.isPending} disabled={!isReady}>
              Change password
            </Button>
          </Group>
        </form>
      </Stack>
    </Panel>
  );
}
