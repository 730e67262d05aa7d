import { Button, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useMayWrite } from '../../shell/project.ts';
import type { User } from './auth-shapes.ts';
import { useUserChanges } from './use-users.ts';

/** The object in the text; null when it is none. */
function readObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** What rules know of the user besides the roles. */
export function UserClaims({ user }: { user: User }) {
  const stored = JSON.stringify(user.claims ?? {}, null, 2);
  const [text, setText] = useState(stored);
  const { update } = useUserChanges();
  const mayWrite = useMayWrite();
  const claims = readObject(text);
  return (
    <Stack gap="xs">
      {update.error && <ProblemPanel error={update.error} />}
      <Textarea
        label="Claims"
        description="JSON that rules see as user.claims, such as user.claims.plan. Users cannot change it."
        classNames={{ input: 'mono' }}
        autosize
        minRows={2}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        error={claims === null ? 'This is no JSON object.' : undefined}
        disabled={!mayWrite}
      />
      {mayWrite && (
        <Button
          variant="default"
          style={{ alignSelf: 'flex-start' }}
          loading={update.isPending}
          disabled={claims === null || text === stored}
          onClick={() => claims !== null && update.mutate({ id: user.id, claims }, { onSuccess: () => showDone('The claims are saved.') })}
        >
          Save claims
        </Button>
      )}
    </Stack>
  );
}
