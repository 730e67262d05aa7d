import { Button, Group, Modal, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useProject } from '../../shell/project.ts';
import type { SchemaTemplate } from './schema-file-shapes.ts';
import { useApplySchemaFile, useSchemaTemplates } from './use-schema-file.ts';

/** Templates to begin with, instead of an empty collection. */
export function TemplatesPanel({ existing }: { existing: readonly string[] }) {
  const { data, error, refetch } = useSchemaTemplates();
  const [chosen, setChosen] = useState<SchemaTemplate | null>(null);
  if (error) return <ProblemPanel error={error} onRetry={() => void refetch()} />;
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Panel title="Begin with a template" description="Collections with fields, rules and indexes, which you can change afterwards.">
      <SimpleGrid
        cols={{ base: 1, xs: 2, md: 3 }}
        spacing="sm"
        component="ul"
        p={0}
        m={0}
        style={{ listStyle: 'none' }}
        aria-label="Templates"
      >
        {data.items.map((template) => (
          <Paper key={template.name} withBorder p="sm" component="li">
            <Stack gap={6} h="100%" justify="space-between" align="flex-start">
              <div>
                <Text size="sm" fw={600}>
                  {template.title}
                </Text>
                <Text size="sm" c="dimmed">
                  {template.about}
                </Text>
              </div>
              <Button
                size="compact-sm"
                variant="light"
                onClick={() => setChosen(template)}
                aria-label={`Use the template ${template.title}`}
              >
                Use
              </Button>
            </Stack>
          </Paper>
        ))}
      </SimpleGrid>
      <Modal opened={chosen !== null} onClose={() => setChosen(null)} title={chosen?.title ?? ''} size="lg">
        {chosen !== null && <UseTemplate template={chosen} existing={existing} onClose={() => setChosen(null)} />}
      </Modal>
    </Panel>
  );
}

interface UseTemplateProps {
  readonly template: SchemaTemplate;
  readonly existing: readonly string[];
  readonly onClose: () => void;
}

function UseTemplate({ template: { file }, existing, onClose }: UseTemplateProps) {
  const project = useProject();
  const navigate = useNavigate();
  const apply = useApplySchemaFile();
  const collections = Object.entries(file.collections);
  const fresh = collections.filter(([name]) => !existing.includes(name));
  const run = () =>
    apply.mutate(
      { ...file, collections: Object.fromEntries(fresh) },
      {
        onSuccess: () => {
          showDone(fresh.length === 1 ? 'The collection is there.' : 'The collections are there.');
          const [[collection = ''] = []] = fresh;
          void navigate({ to: '/projects/$projectId/data/$collection', params: { projectId: project.id, collection } });
        },
      },
    );
  return (
    <Stack gap="sm">
      {collections.map(([name, { fields }]) => (
        <div key={name}>
          <Text size="sm" fw={600} className="mono">
            {name}
          </Text>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {existing.includes(name)
              ? 'It exists already, and stays as it is.'
              : Object.entries(fields)
                  .map(([field, { type }]) => `${field} (${type})`)
                  .join(', ')}
          </Text>
        </div>
      ))}
      {apply.error && <ProblemPanel error={apply.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button onClick={run} loading={apply.isPending} disabled={fresh.length === 0}>
          {fresh.length === 0 ? 'All are there' : `Create ${fresh.length} ${fresh.length === 1 ? 'collection' : 'collections'}`}
        </Button>
      </Group>
    </Stack>
  );
}
