import { Button, Group, Modal, NativeSelect, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { platformApi } from '../../shell/api.ts';
import type { OrganizationMembership } from '../../shell/session.ts';
import { useSession } from '../../shell/session.ts';
import { useMembers } from '../platform/use-members.ts';

/** Leaving, handing over and deleting an organization. */
export function DangerZone({ organization: { id, name, role } }: { organization: OrganizationMembership }) {
  const { account } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isHandingOver, setHandingOver] = useState(false);
  const onSuccess = async () => {
    await navigate({ to: '/account', search: { tab: 'organizations' } });
    await client.invalidateQueries();
  };
  const leave = useMutation({ mutationFn: () => platformApi.delete(`/organizations/${id}/members/${account.id}`), onSuccess });
  const remove = useMutation({ mutationFn: () => platformApi.delete(`/organizations/${id}`), onSuccess });
  return (
    <Panel title="Leave, hand over, delete" description="An organization always keeps an owner.">
      <Group gap="sm">
        <Button
          variant="default"
          loading={leave.isPending}
          onClick={() =>
            confirmDanger({
              title: `Leave ${name}?`,
              message: 'You lose access to all its projects at once.',
              confirm: 'Leave',
              onConfirm: () => leave.mutate(),
            })
          }
        >
          Leave {name}
        </Button>
        {role === 'owner' && (
          <>
            <Button variant="default" onClick={() => setHandingOver(true)}>
              Hand over
            </Button>
            <Button
              color="red"
              variant="light"
              loading={remove.isPending}
              onClick={() =>
                confirmDanger({
                  title: `Delete ${name}?`,
                  message:
                    'It closes at once, with all its projects. For some days you can restore it under Your account, Organizations; then everything is erased.',
                  confirm: 'Delete organization',
                  onConfirm: () => remove.mutate(),
                })
              }
            >
              Delete {name}
            </Button>
          </>
        )}
      </Group>
      {isHandingOver && <HandOver organizationId={id} onClose={() => setHandingOver(false)} />}
    </Panel>
  );
}

function HandOver({ organizationId, onClose }: { organizationId: string; onClose: () => void }) {
  const { account } = useSession();
  const client = useQueryClient();
  const { members } = useMembers(organizationId);
  const others = (members.data?.items ?? []).filter(({ accountId }) => accountId !== account.id);
  const [chosen, setChosen] = useState('');
  const [password, setPassword] = useState('');
  const accountId = chosen === '' ? (others[0]?.accountId ?? '') : chosen;
  const transfer = useMutation({
    mutationFn: () => platformApi.post(`/organizations/${organizationId}/transfer`, { accountId, password }),
    onSuccess: async () => {
      onClose();
      showDone('The organization is handed over. You are an admin now.');
      await client.invalidateQueries();
    },
    meta: { isErrorShown: true },
  });
  const isReady = accountId !== '' && password !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) transfer.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="Hand the organization over">
      <form onSubmit={submit}>
        <Stack gap="sm">
          {transfer.error && <ProblemPanel error={transfer.error} />}
          {others.length === 0 ? (
            <Text size="sm">There is nobody else. Invite the new owner first.</Text>
          ) : (
            <>
              <NativeSelect
                label="New owner"
                value={accountId}
                data={others.map((member) => ({ value: member.accountId, label: `${member.name} (${member.email})` }))}
                onChange={({ currentTarget }) => setChosen(currentTarget.value)}
              />
              <PasswordInput
                label="Your password"
                autoComplete="current-password"
                value={password}
                onChange={({ currentTarget }) => setPassword(currentTarget.value)}
              />
              <Button type="submit" loading={transfer.isPending} disabled={!isReady}>
                Hand over
              </Button>
            </>
          )}
        </Stack>
      </form>
    </Modal>
  );
}
