import { Button, Code, Group, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { CopyButton } from '../../design/copy-button.tsx';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useMayWrite, useProjectApi } from '../../shell/project.ts';
import type { AuthHook } from './auth-shapes.ts';

const PATH = '/auth/hooks';
const HOOKS = [
  ['beforeSignUp', 'Before somebody signs up'],
  ['beforeSignIn', 'Before somebody signs in'],
] as const;

/** The project's own server, which is asked before somebody is let in. */
export function HooksPanel() {
  const api = useProjectApi();
  const { data, error } = useQuery({
    queryKey: [api.base, PATH],
    queryFn: () => api.get<{ items: readonly AuthHook[] }>(PATH),
    retry: false,
  });
  return (
    <Panel
      title="Your server decides"
      description="An address that is asked before a sign-up or sign-in, signed with a secret. It answers {allow, reason?, claims?, roles?} within three seconds."
    >
      <Stack gap="md">
        {error && <ProblemPanel error={error} />}
        {data !== undefined &&
          HOOKS.map(([name, label]) => (
            <HookForm
              key={`${name} ${JSON.stringify(data.items)}`}
              name={name}
              label={label}
              stored={data.items.find((one) => one.name === name)}
            />
          ))}
      </Stack>
    </Panel>
  );
}

function HookForm({ name, label, stored }: { name: AuthHook['name']; label: string; stored: AuthHook | undefined }) {
  const api = useProjectApi();
  const client = useQueryClient();
  const mayWrite = useMayWrite();
  const [url, setUrl] = useState(stored?.url ?? '');
  const [failsOpen, setFailsOpen] = useState(stored?.failsOpen ?? false);
  const secretKey = [api.base, PATH, 'secret', name];
  // Kept beside the form, which begins anew with what was saved: the secret is shown once.
  const secret = useQuery<string | null>({ queryKey: secretKey, queryFn: () => null, enabled: false, initialData: null }).data;
  const refresh = () => client.invalidateQueries({ queryKey: [api.base, PATH], exact: true });
  const save = useMutation({
    mutationFn: () => api.put<{ secret: string | null }>(`${PATH}/${name}`, { url, failsOpen }),
    onSuccess: async (answer) => {
      if (answer.secret !== null) client.setQueryData(secretKey, answer.secret);
      showDone('The address is set.');
      await refresh();
    },
    meta: { isErrorShown: true },
  });
  const remove = useMutation({ mutationFn: () => api.delete(`${PATH}/${name}`), onSuccess: refresh });
  return (
    <Stack gap="xs">
      {save.error && <ProblemPanel error={save.error} />}
      <TextInput
        label={label}
        placeholder="https://api.example.com/before-sign-in"
        value={url}
        onChange={({ currentTarget }) => setUrl(currentTarget.value.trim())}
        disabled={!mayWrite}
      />
      <Switch
        label="Let people in when it does not answer"
        checked={failsOpen}
        onChange={({ currentTarget }) => setFailsOpen(currentTarget.checked)}
        disabled={!mayWrite}
      />
      {secret !== null && (
        <Group gap={4}>
          <Text size="sm">The secret that signs calls, shown once:</Text>
          <Code>{secret}</Code>
          <CopyButton value={secret} label="Copy secret" />
        </Group>
      )}
      {mayWrite && (
        <Group gap="xs">
          <Button variant="default" loading={save.isPending} disabled={url === ''} onClick={() => save.mutate()}>
            Save address
          </Button>
          {stored !== undefined && (
            <Button variant="subtle" color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
              Remove
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}
