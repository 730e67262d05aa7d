import { Badge, Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { platformApi } from '../../shell/api.ts';
import { sessionQuery, useSession } from '../../shell/session.ts';

/** Name and address of the account. */
export function ProfilePanel() {
  const { account } = useSession();
  const client = useQueryClient();
  const [name, setName] = useState(account.name);
  const rename = useMutation({
    mutationFn: () => platformApi.patch('/me', { name: name.trim() }),
    onSuccess: async () => {
      await client.invalidateQueries(sessionQuery);
      showDone('Your name is saved.');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') rename.mutate();
  };
  return (
    <Stack gap="md">
      <Panel title="Name">
        <form onSubmit={submit}>
          <Group align="flex-end" gap="sm">
            <TextInput
              label="Name"
              autoComplete="name"
              value={name}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
              style={{ flex: '1 1 220px' }}
              maw={420}
            />
            <Button type="submit" loading={rename.isPending} disabled={name.trim() === ''}>
              Save name
            </Button>
          </Group>
        </form>
      </Panel>
      <EmailPanel />
    </Stack>
  );
}

function EmailPanel() {
  const { account } = useSession();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const verify = useMutation({
    mutationFn: () => platformApi.post('/me/verify-email'),
    onSuccess: () => showDone(`A link is on its way to ${account.email}.`),
  });
  const change = useMutation({
    mutationFn: () => platformApi.post('/me/email', { email: email.trim(), password }),
    onSuccess: () => setPassword(''),
    meta: { isErrorShown: true },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (email.includes('@') && password !== '') change.mutate();
  };
  return (
    <Panel title="E-mail address" description="Another address becomes yours when you open the link that goes to it.">
      <Stack gap="sm">
        <Group gap="sm">
          <Text>{account.email}</Text>
          <Badge variant="light" color={account.emailVerified === true ? 'green' : 'gray'}>
            {account.emailVerified === true ? 'confirmed' : 'not confirmed'}
          </Badge>
          {account.emailVerified !== true && (
            <Button size="compact-sm" variant="default" onClick={() => verify.mutate()} loading={verify.isPending}>
              Send the link again
            </Button>
          )}
        </Group>
        {change.error && <ProblemPanel error={change.error} />}
        {change.isSuccess && <Text role="status">A link is on its way to {email.trim()}.</Text>}
        <form onSubmit={submit}>
          <Group align="flex-end" gap="sm">
            <TextInput
              label="New address"
              type="email"
              autoComplete="email"
              value={email}
              onChange={({ currentTarget }) => setEmail(currentTarget.value)}
              style={{ flex: '1 1 220px' }}
            />
            <PasswordInput
              label="Your password"
              autoComplete="current-password"
              value={password}
              onChange={({ currentTarget }) => setPassword(currentTarget.value)}
              style={{ flex: '1 1 180px' }}
            />
            <Button type="submit" loading={change.isPending} disabled={!email.includes('@') || password === ''}>
              Change address
            </Button>
          </Group>
        </form>
      </Stack>
    </Panel>
  );
}
