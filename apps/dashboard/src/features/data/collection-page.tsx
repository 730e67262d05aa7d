import { Skeleton, Tabs } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { CodeXml, Settings2, Table2 } from 'lucide-react';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { CollectionApi } from './collection-api.tsx';
import { DocumentsTab } from './documents-tab.tsx';
import { SchemaTab } from './schema-tab.tsx';
import { useCollection } from './use-collections.ts';

/** One collection: its documents, its schema, its API. */
export function CollectionPage() {
  const { collection: name } = useParams({ from: '/signed-in/projects/$projectId/data/$collection' });
  const { tab = 'documents' } = useSearch({ from: '/signed-in/projects/$projectId/data/$collection' });
  const navigate = useNavigate({ from: '/projects/$projectId/data/$collection' });
  const { data: collection, error, isLoading, refetch } = useCollection(name);
  if (error) return <ProblemPanel error={error} onRetry={() => void refetch()} />;
  if (isLoading || collection === undefined) return <Skeleton h={300} />;
  const open = (next: string | null) =>
    void navigate({ search: (old) => ({ ...old, tab: next === 'schema' || next === 'api' ? next : undefined }) });
  return (
    <>
      <PageHeader title={collection.name} />
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="documents" leftSection={<Table2 size={15} aria-hidden />}>
            Documents
          </Tabs.Tab>
          <Tabs.Tab value="schema" leftSection={<Settings2 size={15} aria-hidden />}>
            Schema and rules
          </Tabs.Tab>
          <Tabs.Tab value="api" leftSection={<CodeXml size={15} aria-hidden />}>
            API
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="documents">
          <DocumentsTab collection={collection} key={collection.name} />
        </Tabs.Panel>
        <Tabs.Panel value="schema">
          <SchemaTab collection={collection} key={`${collection.name}-${collection.version}`} />
        </Tabs.Panel>
        <Tabs.Panel value="api">
          <CollectionApi collection={collection} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
