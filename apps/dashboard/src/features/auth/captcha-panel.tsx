import { Button, Group, NativeSelect, PasswordInput, Stack, Switch, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useMayWrite, useProjectApi } from '../../shell/project.ts';

const PATH = '/auth/captcha';
const PROVIDERS = [
  { value: 'turnstile', label: 'Turnstile' },
  { value: 'hcaptcha', label: 'hCaptcha' },
  { value: 'recaptcha', label: 'reCAPTCHA' },
];

interface CaptchaForApps {
  readonly captcha: { readonly provider: string; readonly siteKey: string } | null;
}

/** The captcha in front of sign-up, anonymous sign-in, and the mails that anybody may ask for. */
export function CaptchaPanel() {
  const api = useProjectApi();
  const { data, error } = useQuery({ queryKey: [api.base, PATH], queryFn: () => api.get<CaptchaForApps>(PATH) });
  if (error) return <ProblemPanel error={error} />;
  return data === undefined ? null : <CaptchaForm key={JSON.stringify(data)} stored={data.captcha} />;
}

function CaptchaForm({ stored }: { stored: CaptchaForApps['captcha'] }) {
  const api = useProjectApi();
  const client = useQueryClient();
  const mayWrite = useMayWrite();
  const [provider, setProvider] = useState(stored?.provider ?? 'turnstile');
  const [siteKey, setSiteKey] = useState(stored?.siteKey ?? '');
  const [secret, setSecret] = useState('');
  const [failsOpen, setFailsOpen] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: [api.base, PATH] });
  const save = useMutation({
    mutationFn: () => api.put(`${PATH}/settings`, { provider, siteKey, failsOpen, ...(secret === '' ? {} : { secret }) }),
    onSuccess: async () => {
      showDone('The captcha is set.');
      await refresh();
    },
    meta: { isErrorShown: true },
  });
  const remove = useMutation({ mutationFn: () => api.delete(`${PATH}/settings`), onSuccess: refresh });
  return (
    <Panel
      title="Captcha"
      description="Asked for at sign-up, at anonymous sign-ins, and before links and codes are mailed. Servers need none."
    >
      <Stack gap="sm">
        {save.error && <ProblemPanel error={save.error} />}
        <NativeSelect
          label="Provider"
          data={PROVIDERS}
          value={provider}
          onChange={({ currentTarget }) => setProvider(currentTarget.value)}
        />
        <TextInput label="Site key" value={siteKey} onChange={({ currentTarget }) => setSiteKey(currentTarget.value.trim())} />
        <PasswordInput
          label="Secret"
          description={stored === null ? undefined : 'Left empty, the one that is stored stays.'}
          value={secret}
          onChange={({ currentTarget }) => setSecret(currentTarget.value.trim())}
          autoComplete="off"
        />
        <Switch
          label="Let people in when the provider does not answer"
          checked={failsOpen}
          onChange={({ currentTarget }) => setFailsOpen(currentTarget.checked)}
        />
        {mayWrite && (
          <Group gap="xs">
            <Button variant="default" loading={save.isPending} disabled={siteKey === ''} onClick={() => save.mutate()}>
              Save captcha
            </Button>
            {stored !== null && (
              <Button variant="subtle" color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
                Remove
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Panel>
  );
}
