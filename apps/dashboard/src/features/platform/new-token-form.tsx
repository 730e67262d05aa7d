import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useProjects } from '../../shell/project.ts';
import { useSession } from '../../shell/session.ts';

/** What a token is made with. */
export interface NewToken {
  readonly name: string;
  readonly access: 'read' | 'write';
  readonly organizationId?: string;
  readonly projectId?: string;
  readonly expiresInDays?: number;
}

const LIVES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
  { value: '', label: 'no end' },
];

export interface NewTokenFormProps {
  readonly isPending: boolean;
  readonly onCreate: (token: NewToken, options: { onSuccess: () => void }) => void;
}

/** Asks for the name of a token, how far it reaches, and for how long. */
export function NewTokenForm({ isPending, onCreate }: NewTokenFormProps) {
  const { organizations } = useSession();
  const projects = useProjects();
  const [name, setName] = useState('');
  const [access, setAccess] = useState<NewToken['access']>('write');
  const [place, setPlace] = useState('');
  const [days, setDays] = useState('90');
  const places = [
    { value: '', label: 'Everything' },
    { group: 'Organizations', items: organizations.map(({ id, name: label }) => ({ value: `organizationId:${id}`, label })) },
    { group: 'Projects', items: projects.map(({ id, name: label }) => ({ value: `projectId:${id}`, label })) },
  ];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    const [kind = '', id = ''] = place.split(':');
    const reach = place === '' ? {} : { [kind]: id };
    const life = days === '' ? {} : { expiresInDays: Number(days) };
    onCreate({ name: name.trim(), access, ...reach, ...life }, { onSuccess: () => setName('') });
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="sm">
        <TextInput
          label="Token name"
          placeholder="Deploy script"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          style={{ flex: '1 1 180px' }}
        />
        <NativeSelect
          label="May"
          value={access}
          data={[
            { value: 'write', label: 'read and write' },
            { value: 'read', label: 'only read' },
          ]}
          onChange={({ currentTarget }) => setAccess(currentTarget.value === 'read' ? 'read' : 'write')}
        />
        <NativeSelect label="In" value={place} data={places} onChange={({ currentTarget }) => setPlace(currentTarget.value)} maw={220} />
        <NativeSelect label="For" value={days} data={LIVES} onChange={({ currentTarget }) => setDays(currentTarget.value)} />
        <Button type="submit" loading={isPending} disabled={name.trim() === ''}>
          Create token
        </Button>
      </Group>
    </form>
  );
}
