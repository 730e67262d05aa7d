import { Badge, Button, Group, Paper, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { CopyButton } from '../../design/copy-button.tsx';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useMayWrite } from '../../shell/project.ts';
import type { TokenKey } from './provider-shapes.ts';
import { useTokenKeys } from './use-providers.ts';

/** The keys whose tokens sign users in. */
export function TokenKeysPanel() {
  const { keys } = useTokenKeys();
  const mayWrite = useMayWrite();
  return (
    <Panel
      title="Custom tokens"
      description="Your own server signs users in: it signs a JWT that names the user, and the app exchanges it."
    >
      <Stack gap="sm">
        {keys.error && <ProblemPanel error={keys.error} />}
        {keys.data?.items.map((key) => (
          <KeyRow key={key.id} tokenKey={key} />
        ))}
        {mayWrite && <NewKey />}
      </Stack>
    </Panel>
  );
}

function KeyRow({ tokenKey: { id, name, algorithm } }: { tokenKey: TokenKey }) {
  const { remove } = useTokenKeys();
  const mayWrite = useMayWrite();
  const askToRemove = () =>
    confirmDanger({
      title: `Remove the key ${name}?`,
      message: 'Its tokens sign nobody in any more. Sessions that were begun stay.',
      confirm: 'Remove key',
      onConfirm: () => remove.mutate(id),
    });
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" gap="xs">
        <Group gap="xs" miw={0}>
          <Text size="sm" fw={500}>
            {name}
          </Text>
          <Badge variant="light">{algorithm}</Badge>
          <Text size="xs" c="dimmed" className="mono">
            kid {id}
          </Text>
          <CopyButton value={id} label={`Copy the kid of ${name}`} />
        </Group>
        {mayWrite && (
          <Button size="compact-xs" variant="subtle" color="red" aria-label={`Remove key ${name}`} onClick={askToRemove}>
            Remove
          </Button>
        )}
      </Group>
    </Paper>
  );
}

function NewKey() {
  const { add } = useTokenKeys();
  const [name, setName] = useState('');
  const [publicKey, setPublicKey] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ name: name.trim(), publicKey }, { onSuccess: () => (showDone('The key is registered.'), setName(''), setPublicKey('')) });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {add.error && <ProblemPanel error={add.error} />}
        <TextInput
          label="Name of the key"
          placeholder="our server"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Textarea
          label="Public key"
          description="PEM: P-256, RSA or Ed25519. The private one stays with you."
          placeholder="-----BEGIN PUBLIC KEY-----"
          autosize
          minRows={3}
          value={publicKey}
          onChange={({ currentTarget }) => setPublicKey(currentTarget.value)}
        />
        <Button
          type="submit"
          variant="default"
          style={{ alignSelf: 'flex-start' }}
          loading={add.isPending}
          disabled={name.trim() === '' || publicKey.trim() === ''}
        >
          Register key
        </Button>
      </Stack>
    </form>
  );
}
