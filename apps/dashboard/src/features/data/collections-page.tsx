import { Anchor, Badge, Box, Button, Group, Paper, SimpleGrid, Skeleton, Text, ThemeIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Database, Plus } from 'lucide-react';
import { NothingYet } from '../../design/nothing-yet.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { useMayWrite, useProject } from '../../shell/project.ts';
import type { Collection } from './data-shapes.ts';
import { SchemaFilePanel } from './schema-file-panel.tsx';
import { useCollections } from './use-collections.ts';

/** The collections of the project. */
export function CollectionsPage() {
  const project = useProject();
  const { data, error, isLoading, refetch } = useCollections();
  const mayWrite = useMayWrite();
  const create = mayWrite && (
    <Button component={Link} to={`/projects/${project.id}/data/new`} leftSection={<Plus size={16} aria-hidden />}>
      Create collection
    </Button>
  );
  return (
    <>
      <PageHeader title="Data" description="Collections of documents that your apps read and write.">
        {data && data.items.length > 0 && create}
      </PageHeader>
      {error && <ProblemPanel error={error} onRetry={() => void refetch()} />}
      {isLoading && <Skeleton h={90} />}
      {data?.items.length === 0 && (
        <Paper withBorder>
          <NothingYet icon={Database} title="No collections yet" action={create}>
            A collection holds documents of one kind, such as todos. Its rules say who may read and write them, and it gets an API with
            realtime at once.
          </NothingYet>
        </Paper>
      )}
      <SimpleGrid
        cols={{ base: 1, sm: 2, lg: 3 }}
        spacing="sm"
        component="ul"
        p={0}
        m={0}
        style={{ listStyle: 'none' }}
        aria-label="Collections"
      >
        {data?.items.map((collection) => (
          <li key={collection.name}>
            <CollectionCard collection={collection} projectId={project.id} />
          </li>
        ))}
      </SimpleGrid>
      <Box mt="lg">
        <SchemaFilePanel />
      </Box>
    </>
  );
}

function CollectionCard({ collection, projectId }: { collection: Collection; projectId: string }) {
  const fields = Object.keys(collection.fields);
  return (
    <Paper withBorder p="md" h="100%">
      <Group wrap="nowrap" gap="sm">
        <ThemeIcon variant="light" size="lg">
          <Database size={18} aria-hidden />
        </ThemeIcon>
        <Anchor component={Link} to={`/projects/${projectId}/data/${collection.name}`} fw={600} className="cut">
          {collection.name}
        </Anchor>
        {collection.realtime && (
          <Badge variant="light" color="teal" ml="auto" style={{ flex: 'none' }}>
            live
          </Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed" mt="xs" lineClamp={2}>
        {fields.length === 0 ? 'No declared fields' : fields.join(', ')}
      </Text>
    </Paper>
  );
}
