import { Button, NativeSelect, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useMayWrite, useProjectApi } from '../../shell/project.ts';
import type { AuthPolicy } from './auth-shapes.ts';

const SWITCHES = [
  ['signUp', 'Anybody may sign up'],
  ['passwordReset', 'Forgotten passwords can be set anew by a link'],
  ['magicLink', 'Links in mails sign in'],
  ['emailCode', 'Codes in mails sign in'],
  ['smsCode', 'Codes in text messages sign in, once there is a sender for them'],
  ['createsUsers', 'A link or code makes a user of an address or number that has none'],
  ['anonymousUpgrade', 'Anonymous users may take an address and a password'],
  ['hostedPage', 'The sign-in page that we serve may be used'],
  ['refusesCommonPasswords', 'The most common passwords are refused'],
  ['refusesDisposable', 'Addresses for a few minutes may not sign up'],
  ['usersMakeTeams', 'Users may make teams'],
] as const;
const PATH = '/auth/settings';

/** How users may sign in. */
export function SignInPanel() {
  const api = useProjectApi();
  const { data, error } = useQuery({ queryKey: [api.base, PATH], queryFn: () => api.get<AuthPolicy>(PATH) });
  if (error) return <ProblemPanel error={error} />;
  return data === undefined ? null : <PolicyForm key={JSON.stringify(data)} stored={data} />;
}

function PolicyForm({ stored }: { stored: AuthPolicy }) {
  const api = useProjectApi();
  const client = useQueryClient();
  const mayWrite = useMayWrite();
  const [policy, setPolicy] = useState(stored);
  const [redirects, setRedirects] = useState(stored.redirectUrls.join('\n'));
  const [domains, setDomains] = useState(stored.refusedDomains.join('\n'));
  const change = (part: Partial<AuthPolicy>) => setPolicy((old) => ({ ...old, ...part }));
  const save = useMutation({
    mutationFn: ({ signUpCondition: _, ...body }: AuthPolicy) =>
      api.patch<AuthPolicy>(PATH, {
        ...body,
        redirectUrls: redirects.split(/\s+/).filter(Boolean),
        refusedDomains: domains.split(/\s+/).filter(Boolean),
      }),
    onSuccess: async () => {
      showDone('Sign-in is set.');
      await client.invalidateQueries({ queryKey: [api.base, PATH] });
    },
    meta: { isErrorShown: true },
  });
  return (
    <Panel title="Ways to sign in" description="Only admins may change them.">
      <Stack gap="sm">
        {save.error && <ProblemPanel error={save.error} />}
        {SWITCHES.map(([name, label]) => (
          <Switch
            key={name}
            label={label}
            checked={policy[name]}
            onChange={({ currentTarget }) => change({ [name]: currentTarget.checked })}
          />
        ))}
        <NativeSelect
          label="New addresses are confirmed"
          value={policy.emailVerification}
          data={[
            { value: 'off', label: 'when the app asks for it' },
            { value: 'sent', label: 'by a link at sign-up' },
            { value: 'required', label: 'by a link, before the first session' },
          ]}
          onChange={({ currentTarget }) => change({ emailVerification: currentTarget.value as AuthPolicy['emailVerification'] })}
        />
        <TextInput
          label="Address of the app"
          description="Where links in mails lead; without one, to the sign-in page that we serve."
          placeholder="https://app.example.com/"
          value={policy.appUrl ?? ''}
          onChange={({ currentTarget }) => change({ appUrl: currentTarget.value.trim() || null })}
        />
        <Textarea
          label="Other addresses that links and the sign-in page may lead to"
          description="One per line; one that ends with / allows what is below it."
          autosize
          minRows={2}
          value={redirects}
          onChange={({ currentTarget }) => setRedirects(currentTarget.value)}
        />
        <Textarea
          label="Domains of which no address may sign up"
          description="One per line; what lies below them is refused as well."
          autosize
          minRows={1}
          value={domains}
          onChange={({ currentTarget }) => setDomains(currentTarget.value)}
        />
        {mayWrite && (
          <Button style={{ alignSelf: 'flex-start' }} loading={save.isPending} onClick={() => save.mutate(policy)}>
            Save
          </Button>
        )}
      </Stack>
    </Panel>
  );
}
