import { Anchor, Button, PasswordInput, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { platformApi } from '../../shell/api.ts';
import { EntryFrame } from '../platform/entry-frame.tsx';
import { tokenInAddress } from './token-in-address.ts';

const MIN_LENGTH = 8;

/** Sets a new password by a mailed link. */
export function ResetPasswordPage() {
  const [token] = useState(tokenInAddress);
  const [password, setPassword] = useState('');
  const navigate = useNavigate();
  const reset = useMutation({
    mutationFn: () => platformApi.post('/password/reset', { token, password }),
    onSuccess: async () => {
      showDone('Your password is changed. Sign in with it.');
      await navigate({ to: '/sign-in', replace: true });
    },
    meta: { isErrorShown: true },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password.length >= MIN_LENGTH) reset.mutate();
  };
  return (
    <EntryFrame
      title="Set a new password"
      description="It ends every session and access token of your account."
      footer={
        <Anchor component={Link} underline="always" to="/forgot-password">
          Ask for another link
        </Anchor>
      }
    >
      {reset.error && <ProblemPanel error={reset.error} />}
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <PasswordInput
            label="New password"
            description={`At least ${MIN_LENGTH} characters.`}
            autoComplete="new-password"
            autoFocus
            value={password}
            onChange={({ currentTarget }) => setPassword(currentTarget.value)}
          />
          <Button type="submit" loading={reset.isPending} disabled={password.length < MIN_LENGTH || token === ''} fullWidth mt="xs">
            Set the password
          </Button>
        </Stack>
      </form>
    </EntryFrame>
  );
}
