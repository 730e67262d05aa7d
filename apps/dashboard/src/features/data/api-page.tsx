import { Button, NativeSelect, Paper, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { BookOpen, CodeXml, FileJson } from 'lucide-react';
import { CopyButton } from '../../design/copy-button.tsx';
import { NothingYet } from '../../design/nothing-yet.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { Panel } from '../../design/panel.tsx';
import { useProject } from '../../shell/project.ts';
import { usePublishableKey } from '../platform/use-keys.ts';
import { CollectionApi } from './collection-api.tsx';
import { useCollections } from './use-collections.ts';

/** How apps reach this project: address, key, documentation, and the calls of every collection. */
export function ApiPage() {
  const project = useProject();
  const key = usePublishableKey();
  const { data } = useCollections();
  const { collection: chosen } = useSearch({ from: '/signed-in/projects/$projectId/api' });
  const navigate = useNavigate({ from: '/projects/$projectId/api' });
  const collections = data?.items ?? [];
  const collection = collections.find(({ name }) => name === chosen) ?? collections[0];
  const base = `${window.location.origin}/p/${project.id}/v1`;
  const field = (label: string, value: string) => (
    <TextInput
      label={label}
      value={value}
      readOnly
      classNames={{ input: 'mono' }}
      rightSection={<CopyButton value={value} label={`Copy ${label.toLowerCase()}`} />}
      onFocus={({ currentTarget }) => currentTarget.select()}
    />
  );
  return (
    <>
      <PageHeader title="API" description="Everything that this dashboard does, your app and scripts can do too.">
        <Button
          component="a"
          href={`/p/${project.id}/v1/docs`}
          target="_blank"
          variant="default"
          leftSection={<BookOpen size={16} aria-hidden />}
        >
          Documentation
        </Button>
        <Button
          component="a"
          href={`/p/${project.id}/v1/openapi.json`}
          target="_blank"
          variant="default"
          leftSection={<FileJson size={16} aria-hidden />}
        >
          openapi.json
        </Button>
      </PageHeader>
      <Stack gap="md">
        <Panel title="Connect your app">
          <SimpleGrid cols={{ base: 1, md: 3 }} spacing="sm">
            {field('API base', base)}
            {field('Publishable key', key ?? '')}
            {field('Project id', project.id)}
          </SimpleGrid>
        </Panel>
        {collection === undefined ? (
          <Paper withBorder>
            <NothingYet icon={CodeXml} title="No collections yet">
              Create a collection, and its calls appear here with your key filled in.
            </NothingYet>
          </Paper>
        ) : (
          <>
            <NativeSelect
              label="Collection"
              maw={320}
              value={collection.name}
              data={collections.map(({ name }) => name)}
              onChange={({ currentTarget }) => void navigate({ search: { collection: currentTarget.value } })}
            />
            <CollectionApi collection={collection} />
          </>
        )}
      </Stack>
    </>
  );
}
