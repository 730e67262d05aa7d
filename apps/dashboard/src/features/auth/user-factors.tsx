import { Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { TimeAgo } from '../../design/time-ago.tsx';
import { useMayWrite } from '../../shell/project.ts';
import type { UserFactors as Factors } from './use-second-factors.ts';
import { useUserFactors } from './use-second-factors.ts';

/** A user's second factors and passkeys, and the way to take them away from one who has lost them. */
export function UserFactors({ userId, name }: { userId: string; name: string }) {
  const { factors, reset } = useUserFactors(userId);
  const mayWrite = useMayWrite();
  const { data } = factors;
  const hasAny = data !== undefined && (data.totp !== null || data.email || data.passkeys.length > 0);
  const ask = () =>
    confirmDanger({
      title: `Remove the second factors of ${name}?`,
      message:
        'The authenticator app, all passkeys and all recovery codes stop working. Make sure first that it is really this user who asks.',
      confirm: 'Remove factors',
      onConfirm: () => reset.mutate(undefined, { onSuccess: () => showDone(`${name} has no second factor.`) }),
    });
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2}>Second factors and passkeys</Title>
        {hasAny && mayWrite && (
          <Button size="compact-xs" variant="subtle" color="red" loading={reset.isPending} onClick={ask}>
            Remove all
          </Button>
        )}
      </Group>
      {factors.error && <ProblemPanel error={factors.error} />}
      {factors.isLoading && <Skeleton h={40} />}
      {data && <FactorList factors={data} hasAny={hasAny} />}
    </Stack>
  );
}

function FactorList({ factors, hasAny }: { factors: Factors; hasAny: boolean }) {
  const { required, totp, passkeys, email, recoveryCodesLeft } = factors;
  if (!hasAny) {
    return (
      <Text size="sm" c="dimmed">
        {required ? 'None yet; the next sign-in asks to set one up.' : 'None.'}
      </Text>
    );
  }
  return (
    <>
      {totp && (
        <Factor title="Authenticator app">
          set up <TimeAgo at={totp.createdAt} />
        </Factor>
      )}
      {passkeys.map(({ id, name, lastUsedAt }) => (
        <Factor key={id} title={name}>
          passkey, {lastUsedAt === null ? 'not used yet' : 'last used '}
          {lastUsedAt !== null && <TimeAgo at={lastUsedAt} />}
        </Factor>
      ))}
      {email && <Factor title="Code by e-mail">to the confirmed address</Factor>}
      {recoveryCodesLeft > 0 && (
        <Text size="xs" c="dimmed">
          {recoveryCodesLeft} recovery {recoveryCodesLeft === 1 ? 'code' : 'codes'} left
        </Text>
      )}
    </>
  );
}

function Factor({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="sm">
      <Text size="sm" className="cut">
        {title}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        {children}
      </Text>
    </Paper>
  );
}
