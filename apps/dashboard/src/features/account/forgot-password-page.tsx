import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { platformApi } from '../../shell/api.ts';
import { EntryFrame } from '../platform/entry-frame.tsx';

/** Asks for a link that sets a new password. */
export function ForgotPasswordPage() {
  const [email, setEmail] = useState('');
  const ask = useMutation({
    mutationFn: () => platformApi.post('/password/forgot', { email: email.trim() }),
    meta: { isErrorShown: true },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (email.includes('@')) ask.mutate();
  };
  return (
    <EntryFrame
      title="Forgotten password"
      description="We send a link to your address. It works once, for an hour."
      footer={
        <Anchor component={Link} underline="always" to="/sign-in">
          Back to the sign-in
        </Anchor>
      }
    >
      {ask.error && <ProblemPanel error={ask.error} />}
      {ask.isSuccess ? (
        <Text role="status">If there is an account with {email.trim()}, the link is on its way. Look into your mailbox.</Text>
      ) : (
        <form onSubmit={submit} noValidate>
          <Stack gap="sm">
            <TextInput
              label="Email"
              type="email"
              autoComplete="username"
              autoFocus
              value={email}
              onChange={({ currentTarget }) => setEmail(currentTarget.value)}
            />
            <Button type="submit" loading={ask.isPending} disabled={!email.includes('@')} fullWidth mt="xs">
              Send the link
            </Button>
          </Stack>
        </form>
      )}
    </EntryFrame>
  );
}
