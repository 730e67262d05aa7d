import { Button, Group, Modal, NativeSelect, PasswordInput, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { CopyButton } from '../../design/copy-button.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useProject } from '../../shell/project.ts';
import type { Provider, ProviderBody, ProviderPreset } from './provider-shapes.ts';
import { PRESET_NAMES } from './provider-shapes.ts';
import { useProviders } from './use-providers.ts';

const NEW: ProviderBody = {
  preset: 'google',
  issuer: null,
  clientId: '',
  audiences: [],
  teamId: null,
  keyId: null,
  scopes: [],
  enabled: true,
  createsUsers: true,
  linkByEmail: true,
};
const SWITCHES = [
  ['enabled', 'Signs users in'],
  ['createsUsers', 'Makes a user of somebody new'],
  ['linkByEmail', 'Signs in the user with the same address, where both sides have seen proof of it'],
] as const;

const words = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

/** Sets up a provider: a new one, or one that is there. */
export function ProviderDialog({ provider, onClose }: { provider: Provider | 'new' | null; onClose: () => void }) {
  const isNew = provider === 'new';
  return (
    <Modal opened={provider !== null} onClose={onClose} size="lg" title={isNew ? 'Add a provider' : `Set up ${provider?.name ?? ''}`}>
      {provider !== null && <ProviderForm stored={isNew ? null : provider} onClose={onClose} />}
    </Modal>
  );
}

function bodyOf({ name: _, hasSecret, callbackUrl, createdAt, ...body }: Provider): ProviderBody {
  return body;
}

function ProviderForm({ stored, onClose }: { stored: Provider | null; onClose: () => void }) {
  const { put } = useProviders();
  const [name, setName] = useState(stored?.name ?? '');
  const [body, setBody] = useState(stored === null ? NEW : bodyOf(stored));
  const [secret, setSecret] = useState('');
  const change = (part: Partial<ProviderBody>) => setBody((old) => ({ ...old, ...part }));
  const chosenName = name.trim() || body.preset;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put.mutate(
      { name: chosenName, body: { ...body, ...(secret === '' ? {} : { clientSecret: secret }) } },
      { onSuccess: () => (showDone(`${chosenName} is set up.`), onClose()) },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {put.error && <ProblemPanel error={put.error} />}
        <NativeSelect
          label="Provider"
          value={body.preset}
          data={Object.entries(PRESET_NAMES).map(([value, label]) => ({ value, label }))}
          onChange={({ currentTarget }) => change({ preset: currentTarget.value as ProviderPreset })}
        />
        {stored === null && (
          <TextInput
            label="Name"
            description="Stands in addresses: small letters, digits and -"
            placeholder={body.preset}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
        )}
        <CallbackUrl url={stored?.callbackUrl} name={chosenName} />
        <IssuerInput body={body} change={change} />
        <TextInput
          label="Client id"
          required
          value={body.clientId}
          onChange={({ currentTarget }) => change({ clientId: currentTarget.value })}
        />
        <SecretInputs body={body} change={change} hasSecret={stored?.hasSecret === true} secret={secret} setSecret={setSecret} />
        <TextInput
          label="Client ids of native apps"
          description="Their id tokens are taken as well."
          defaultValue={body.audiences.join(' ')}
          onChange={({ currentTarget }) => change({ audiences: words(currentTarget.value) })}
        />
        <TextInput
          label="Scopes"
          description="Empty for what sign-in needs."
          defaultValue={body.scopes.join(' ')}
          onChange={({ currentTarget }) => change({ scopes: words(currentTarget.value) })}
        />
        {SWITCHES.map(([field, label]) => (
          <Switch
            key={field}
            label={label}
            checked={body[field]}
            onChange={({ currentTarget }) => change({ [field]: currentTarget.checked })}
          />
        ))}
        <Button type="submit" loading={put.isPending}>
          Save provider
        </Button>
      </Stack>
    </form>
  );
}

interface PartProps {
  readonly body: ProviderBody;
  readonly change: (part: Partial<ProviderBody>) => void;
}

function IssuerInput({ body, change }: PartProps) {
  const isNeeded = body.preset === 'oidc';
  return (
    <TextInput
      label="Issuer"
      required={isNeeded}
      description={isNeeded ? 'Its discovery document lies below this address.' : 'Empty, or another place that speaks the same.'}
      placeholder={isNeeded ? 'https://id.example.com' : ''}
      value={body.issuer ?? ''}
      onChange={({ currentTarget }) => change({ issuer: currentTarget.value.trim() || null })}
    />
  );
}

interface SecretProps extends PartProps {
  readonly hasSecret: boolean;
  readonly secret: string;
  readonly setSecret: (secret: string) => void;
}

function SecretInputs({ body, change, hasSecret, secret, setSecret }: SecretProps) {
  const placeholder = hasSecret ? 'stored, not shown' : '';
  if (body.preset !== 'apple') {
    return (
      <PasswordInput
        label="Client secret"
        autoComplete="off"
        placeholder={placeholder}
        value={secret}
        onChange={({ currentTarget }) => setSecret(currentTarget.value)}
      />
    );
  }
  return (
    <>
      <Group grow align="flex-end">
        <TextInput
          label="Team id"
          value={body.teamId ?? ''}
          onChange={({ currentTarget }) => change({ teamId: currentTarget.value.trim() || null })}
        />
        <TextInput
          label="Key id"
          value={body.keyId ?? ''}
          onChange={({ currentTarget }) => change({ keyId: currentTarget.value.trim() || null })}
        />
      </Group>
      <Textarea
        label="Private key"
        description="The text of the .p8 file."
        autoComplete="off"
        placeholder={placeholder}
        autosize
        minRows={3}
        value={secret}
        onChange={({ currentTarget }) => setSecret(currentTarget.value)}
      />
    </>
  );
}

/** What has to be registered at the provider; before the first save it follows the name. */
function CallbackUrl({ url, name }: { url: string | undefined; name: string }) {
  const { id } = useProject();
  const shown = url ?? `${window.location.origin}/p/${id}/v1/auth/providers/${name}/callback`;
  return (
    <Group gap="xs" wrap="nowrap" align="center">
      <Text size="sm" component="div" miw={0} style={{ overflowWrap: 'anywhere' }}>
        Register this address at the provider: <span className="mono">{shown}</span>
      </Text>
      <CopyButton value={shown} label="Copy the address" />
    </Group>
  );
}
