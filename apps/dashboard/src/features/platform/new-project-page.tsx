import { Anchor, Button, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { SecretField } from '../../design/secret-field.tsx';
import { platformApi } from '../../shell/api.ts';
import { projectsQuery, useProjects } from '../../shell/project.ts';
import type { Project } from '../../shell/project.ts';
import { useSession } from '../../shell/session.ts';
import { EntryFrame } from './entry-frame.tsx';

interface CreatedProject {
  readonly project: Project;
  readonly keys: {
    readonly publishable: { readonly id: string; readonly key: string };
    readonly secret: { readonly id: string; readonly key: string };
  };
}

/** Creates a project, then shows its keys: the secret one for this time only. */
export function NewProjectPage() {
  const { organizations } = useSession();
  const isFirst = useProjects().length === 0;
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [organizationId, setOrganization] = useState(organizations[0]?.id ?? '');
  const create = useMutation({
    mutationFn: () =>
      platformApi.post<CreatedProject>('/projects', { name: name.trim(), ...(organizationId === '' ? {} : { organizationId }) }),
    onSuccess: () => client.invalidateQueries(projectsQuery),
    meta: { isErrorShown: true },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') create.mutate();
  };
  if (create.data) return <ProjectReady {...create.data} />;
  return (
    <EntryFrame
      title={isFirst ? 'Create your first project' : 'Create a project'}
      description="A project has its own data, users, devices and keys. Make one per app, and one more for trying things out."
      footer={
        !isFirst && (
          <Anchor component={Link} underline="always" to="/">
            Back
          </Anchor>
        )
      }
    >
      {create.error && <ProblemPanel error={create.error} />}
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Project name"
            placeholder="My app"
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            autoFocus
            maxLength={100}
          />
          {organizations.length > 1 && (
            <NativeSelect
              label="Organization"
              value={organizationId}
              data={organizations.map((organization) => ({ value: organization.id, label: organization.name }))}
              onChange={({ currentTarget }) => setOrganization(currentTarget.value)}
            />
          )}
          <Button type="submit" loading={create.isPending} disabled={name.trim() === ''} fullWidth mt="xs">
            Create project
          </Button>
        </Stack>
      </form>
    </EntryFrame>
  );
}

function ProjectReady({ project, keys }: CreatedProject) {
  const navigate = useNavigate();
  return (
    <EntryFrame
      title={`${project.name} is ready`}
      description="Your servers use the secret key. Apps use the publishable key, which you find under API at any time."
    >
      <SecretField label="Secret key" value={keys.secret.key} />
      <Text size="sm" c="dimmed">
        Publishable key: <span className="mono">{keys.publishable.key}</span>
      </Text>
      <Button onClick={() => void navigate({ to: '/projects/$projectId', params: { projectId: project.id } })}>Open the project</Button>
    </EntryFrame>
  );
}
