import { Button, Code, Group, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { Panel } from '../../design/panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { platformApi } from '../../shell/api.ts';
import { projectsQuery, useProject } from '../../shell/project.ts';
import { LimitsPanel } from './limits-panel.tsx';

/** Name, allowed origins and limits of the project, and its end. */
export function ProjectPanel() {
  const project = useProject();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(project.name);
  const [origins, setOrigins] = useState([...project.origins]);
  const mayManage = project.role === 'owner' || project.role === 'admin';
  const save = useMutation({
    mutationFn: () => platformApi.patch(`/projects/${project.id}`, { name: name.trim(), origins }),
    onSuccess: async () => {
      await client.invalidateQueries(projectsQuery);
      showDone('The project is saved.');
    },
  });
  const remove = useMutation({
    mutationFn: () => platformApi.delete(`/projects/${project.id}`),
    onSuccess: async () => {
      await navigate({ to: '/' });
      await client.invalidateQueries(projectsQuery);
    },
  });
  return (
    <Stack gap="md">
      <Panel title="Project">
        <Stack gap="sm" maw={560}>
          <TextInput
            label="Project name"
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            disabled={!mayManage}
          />
          <TagsInput
            label="Allowed origins"
            description="Web pages that may call this project. Empty: every page may, with a publishable key."
            placeholder="https://app.example.com"
            value={origins}
            onChange={setOrigins}
            disabled={!mayManage}
          />
          <Text size="sm" c="dimmed">
            Project id <Code>{project.id}</Code>
          </Text>
          {mayManage && (
            <Group>
              <Button onClick={() => save.mutate()} loading={save.isPending} disabled={name.trim() === ''}>
                Save project
              </Button>
            </Group>
          )}
        </Stack>
      </Panel>
      <LimitsPanel />
      {project.role === 'owner' && (
        <Panel title="Delete this project" description="All its data, users, files and devices are deleted with it.">
          <Button
            color="red"
            variant="light"
            loading={remove.isPending}
            onClick={() =>
              confirmDanger({
                title: `Delete ${project.name}?`,
                message: 'All its data, users, files and devices are deleted. This cannot be undone.',
                confirm: 'Delete project',
                onConfirm: () => remove.mutate(),
              })
            }
          >
            Delete {project.name}
          </Button>
        </Panel>
      )}
    </Stack>
  );
}
