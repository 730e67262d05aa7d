import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { Panel } from '../../design/panel.tsx';
import { SecretField } from '../../design/secret-field.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import type { Role } from '../../shell/session.ts';
import { useMembers } from './use-members.ts';

/** Invites people to the organization; the link goes by mail and is shown once. */
export function InvitationsPanel({ organizationId }: { organizationId: string }) {
  const { invitations, invite, withdraw } = useMembers(organizationId);
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('developer');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (email.includes('@')) invite.mutate({ email: email.trim(), role }, { onSuccess: () => setEmail('') });
  };
  return (
    <Panel title="Invitations" description="The person gets a link by mail. It works once, for that address.">
      <Stack gap="sm">
        <form onSubmit={submit}>
          <Group align="flex-end" gap="sm">
            <TextInput
              label="Email to invite"
              type="email"
              value={email}
              onChange={({ currentTarget }) => setEmail(currentTarget.value)}
              style={{ flex: '1 1 220px' }}
            />
            <NativeSelect
              label="Role"
              value={role}
              data={['admin', 'developer', 'viewer']}
              onChange={({ currentTarget }) => setRole(currentTarget.value as Role)}
            />
            <Button type="submit" loading={invite.isPending} disabled={!email.includes('@')}>
              Invite
            </Button>
          </Group>
        </form>
        {invite.data?.link !== undefined && <SecretField label={`Link for ${invite.data.email}`} value={invite.data.link} />}
        {invitations.data?.items.map((invitation) => (
          <Group key={invitation.id} justify="space-between" gap="xs">
            <Text size="sm">
              {invitation.email} as {invitation.role}, by {invitation.inviter}, until <TimeAgo at={invitation.expiresAt} />
            </Text>
            <Button size="compact-xs" variant="subtle" color="red" onClick={() => withdraw.mutate(invitation.id)}>
              Withdraw
            </Button>
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}
