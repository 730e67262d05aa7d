import { Button, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { platformApi, setCsrfToken } from '../../shell/api.ts';

/** Ends the account. */
export function DeleteAccountPanel() {
  const [isOpen, setOpen] = useState(false);
  const [password, setPassword] = useState('');
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => platformApi.post('/me/delete', { password }),
    onSuccess: async () => {
      setCsrfToken(null);
      client.clear();
      client.setQueryData(['me'], null);
      await navigate({ to: '/sign-in' });
    },
    meta: { isErrorShown: true },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password !== '') remove.mutate();
  };
  return (
    <Panel
      title="Delete your account"
      description="Your sessions, access tokens and memberships end with it. Organizations that would be left without an owner come first: hand them over or delete them."
    >
      <Button color="red" variant="light" onClick={() => setOpen(true)}>
        Delete your account
      </Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title="Delete your account?">
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Text size="sm">This cannot be undone.</Text>
            {remove.error && <ProblemPanel error={remove.error} />}
            <PasswordInput
              label="Your password"
              autoComplete="current-password"
              data-autofocus
              value={password}
              onChange={({ currentTarget }) => setPassword(currentTarget.value)}
            />
            <Button type="submit" color="red" loading={remove.isPending} disabled={password === ''}>
              Delete for good
            </Button>
          </Stack>
        </form>
      </Modal>
    </Panel>
  );
}
