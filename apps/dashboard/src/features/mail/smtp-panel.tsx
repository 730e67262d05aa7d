import { Button, Checkbox, Group, NumberInput, PasswordInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import type { SmtpSettings } from './mail-shapes.ts';
import { useSetSmtp, useSmtp } from './use-mail.ts';

const NONE: SmtpSettings = { host: '', port: 587, secure: false, user: null, hasPassword: false, from: '', fromName: '', replyTo: null };

/** Where the project's mails go out. */
export function SmtpPanel() {
  const { data, error, isPending } = useSmtp();
  if (error) return <ProblemPanel error={error} />;
  if (isPending) return null;
  return <SmtpForm key={JSON.stringify(data)} stored={data} />;
}

function SmtpForm({ stored }: { stored: SmtpSettings | null }) {
  const [smtp, setSmtp] = useState(stored ?? NONE);
  const [password, setPassword] = useState('');
  const save = useSetSmtp();
  const change = (part: Partial<SmtpSettings>) => setSmtp((old) => ({ ...old, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { hasPassword: _, ...body } = smtp;
    save.mutate({ ...body, ...(password === '' ? {} : { password }) }, { onSuccess: () => showDone('The SMTP server is set.') });
  };
  return (
    <form onSubmit={submit}>
      <Panel title="SMTP server" description="Without one, mails stay in the inbox of this page, for development.">
        <Stack gap="sm">
          {save.error && <ProblemPanel error={save.error} />}
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label="Host"
              required
              value={smtp.host}
              onChange={({ currentTarget }) => change({ host: currentTarget.value.trim() })}
            />
            <NumberInput label="Port" required min={1} max={65_535} value={smtp.port} onChange={(port) => change({ port: Number(port) })} />
            <TextInput
              label="User"
              value={smtp.user ?? ''}
              onChange={({ currentTarget }) => change({ user: currentTarget.value || null })}
            />
            <PasswordInput
              label="Password"
              autoComplete="off"
              placeholder={smtp.hasPassword ? 'stored, not shown' : ''}
              value={password}
              onChange={({ currentTarget }) => setPassword(currentTarget.value)}
            />
            <TextInput
              label="From"
              type="email"
              required
              value={smtp.from}
              onChange={({ currentTarget }) => change({ from: currentTarget.value })}
            />
            <TextInput
              label="Name of the sender"
              value={smtp.fromName}
              onChange={({ currentTarget }) => change({ fromName: currentTarget.value })}
            />
          </SimpleGrid>
          <Checkbox
            label="TLS from the beginning (port 465)"
            checked={smtp.secure}
            onChange={({ currentTarget }) => change({ secure: currentTarget.checked })}
          />
          <Group>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
            {stored !== null && (
              <Button variant="default" onClick={() => save.mutate(null, { onSuccess: () => showDone('Mails stay in the inbox now.') })}>
                Forget the server
              </Button>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            Only admins may change this. The password is stored sealed and never shown again.
          </Text>
        </Stack>
      </Panel>
    </form>
  );
}
