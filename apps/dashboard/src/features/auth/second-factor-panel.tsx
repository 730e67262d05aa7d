import {
  Button,
  Checkbox,
  Group,
  MultiSelect,
  NativeSelect,
  NumberInput,
  Skeleton,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useMayWrite } from '../../shell/project.ts';
import type { FactorMethod, FactorPolicy } from './use-second-factors.ts';
import { useFactorPolicy } from './use-second-factors.ts';
import { useRoles } from './use-users.ts';

const METHODS: readonly (readonly [FactorMethod, string])[] = [
  ['totp', 'Authenticator app'],
  ['passkey', 'Passkey'],
  ['email', 'Code by e-mail'],
];

/** Who needs a second factor and which, and where passkeys belong. */
export function SecondFactorPanel() {
  const { policy } = useFactorPolicy();
  if (policy.error) return <ProblemPanel error={policy.error} />;
  if (policy.data === undefined) return <Skeleton h={260} />;
  return <FactorForm key={JSON.stringify(policy.data)} stored={policy.data} />;
}

function FactorForm({ stored }: { stored: FactorPolicy }) {
  const { save } = useFactorPolicy();
  const { roles } = useRoles();
  const mayWrite = useMayWrite();
  const [policy, setPolicy] = useState(stored);
  const change = (part: Partial<FactorPolicy>) => setPolicy((old) => ({ ...old, ...part }));
  const isOff = policy.secondFactor === 'off';
  const known = [...new Set([...(roles.data?.items.map(({ name }) => name) ?? []), ...policy.secondFactorRoles])];
  return (
    <Panel title="Second factor and passkeys" description="Who needs one has no session before it is set up.">
      <Stack gap="sm">
        {save.error && <ProblemPanel error={save.error} />}
        <NativeSelect
          label="A second factor is asked of"
          value={policy.secondFactor}
          disabled={!mayWrite}
          data={[
            { value: 'off', label: 'nobody' },
            { value: 'optional', label: 'users who have set one up' },
            { value: 'required', label: 'everybody' },
          ]}
          onChange={({ currentTarget }) => change({ secondFactor: currentTarget.value as FactorPolicy['secondFactor'] })}
        />
        {policy.secondFactor === 'optional' && (
          <MultiSelect
            label="Roles that need one in any case"
            data={known}
            value={[...policy.secondFactorRoles]}
            onChange={(secondFactorRoles) => change({ secondFactorRoles })}
            disabled={!mayWrite}
            searchable
            nothingFoundMessage="Create roles under Users, Roles"
          />
        )}
        {!isOff && (
          <Checkbox.Group
            label="Users may set up"
            description="A code by e-mail is the weakest: who reads the mails can set a new password too."
            value={[...policy.secondFactorMethods]}
            onChange={(methods) => change({ secondFactorMethods: methods as FactorMethod[] })}
          >
            <Group gap="md" mt={6}>
              {METHODS.map(([value, label]) => (
                <Checkbox key={value} value={value} label={label} disabled={!mayWrite} />
              ))}
            </Group>
          </Checkbox.Group>
        )}
        {!isOff && (
          <NumberInput
            label="Minutes for which a factor that was shown is fresh"
            description="Afterwards it is asked for again before the password or a factor is changed, or the user deleted."
            value={policy.stepUpMinutes}
            min={1}
            max={1_440}
            allowDecimal={false}
            disabled={!mayWrite}
            onChange={(value) => change({ stepUpMinutes: Number(value) || 1 })}
          />
        )}
        <PasskeyFields policy={policy} onChange={change} />
        {mayWrite && (
          <Button
            style={{ alignSelf: 'flex-start' }}
            loading={save.isPending}
            onClick={() => save.mutate(policy, { onSuccess: () => showDone('Second factors are set.') })}
          >
            Save second factors
          </Button>
        )}
      </Stack>
    </Panel>
  );
}

function PasskeyFields({ policy, onChange }: { policy: FactorPolicy; onChange: (part: Partial<FactorPolicy>) => void }) {
  const mayWrite = useMayWrite();
  const [rpId, setRpId] = useState(policy.passkeys?.rpId ?? '');
  const [origins, setOrigins] = useState(policy.passkeys?.origins.join('\n') ?? '');
  const set = (domain: string, pages: string) => {
    setRpId(domain);
    setOrigins(pages);
    const list = pages.split(/\s+/).filter(Boolean);
    onChange({ passkeys: domain.trim() === '' ? null : { rpId: domain.trim(), origins: list } });
  };
  return (
    <>
      <Switch
        label="Passkeys sign in and up"
        checked={policy.passkeySignIn}
        disabled={!mayWrite}
        onChange={({ currentTarget }) => onChange({ passkeySignIn: currentTarget.checked })}
      />
      <TextInput
        label="Domain that passkeys belong to"
        description="For good: passkeys of another domain no longer work. Empty: this server itself."
        placeholder="example.com"
        value={rpId}
        disabled={!mayWrite}
        onChange={({ currentTarget }) => set(currentTarget.value, origins)}
      />
      {rpId.trim() !== '' && (
        <Textarea
          label="Pages that may ask for passkeys"
          description="One origin per line."
          placeholder="https://app.example.com"
          autosize
          minRows={2}
          value={origins}
          disabled={!mayWrite}
          onChange={({ currentTarget }) => set(rpId, currentTarget.value)}
        />
      )}
    </>
  );
}
