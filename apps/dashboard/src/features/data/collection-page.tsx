import { Skeleton, Tabs } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { CollectionApi } from './collection-api.tsx';
import { COLLECTION_TABS } from './collection-tabs.ts';
import { DocumentsTab } from './documents-tab.tsx';
import { IndexesTab } from './indexes-tab.tsx';
import { RulesTab } from './rules-tab.tsx';
import { SchemaTab } from './schema-tab.tsx';
import { TransferTab } from './transfer-tab.tsx';
import { TrashTab } from './trash-tab.tsx';
import { useCollection } from './use-collections.ts';

/** One collection: its documents, and all that shapes them. */
export function CollectionPage() {
  const { collection: name } = useParams({ from: '/signed-in/projects/$projectId/data/$collection' });
  const { tab = 'documents' } = useSearch({ from: '/signed-in/projects/$projectId/data/$collection' });
  const strip = useRef<HTMLDivElement>(null);
  const navigate = useNavigate({ from: '/projects/$projectId/data/$collection' });
  const { data: collection, error, isLoading, refetch } = useCollection(name);
  const isThere = collection !== undefined;
  useEffect(() => {
    if (isThere) strip.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [tab, isThere]);
  if (error) return <ProblemPanel error={error} onRetry={() => void refetch()} />;
  if (isLoading || collection === undefined) return <Skeleton h={300} />;
  const tabs = COLLECTION_TABS.filter(({ id }) => id !== 'trash' || collection.softDelete === true);
  const open = (next: string | null) => {
    const chosen = tabs.find(({ id }) => id === next)?.id;
    void navigate({ search: (old) => ({ ...old, tab: chosen === 'documents' ? undefined : chosen }) });
  };
  return (
    <>
      <PageHeader title={collection.name} />
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List mb="md" className="tab-strip" ref={strip}>
          {tabs.map(({ id, label, icon: Icon }) => (
            <Tabs.Tab key={id} value={id} leftSection={<Icon size={15} aria-hidden />}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="documents">
          <DocumentsTab collection={collection} key={collection.name} />
        </Tabs.Panel>
        <Tabs.Panel value="schema">
          <SchemaTab collection={collection} key={`${collection.name}-${collection.version}`} />
        </Tabs.Panel>
        <Tabs.Panel value="rules">
          <RulesTab collection={collection} key={`${collection.name}-${collection.version}`} />
        </Tabs.Panel>
        <Tabs.Panel value="indexes">
          <IndexesTab collection={collection} />
        </Tabs.Panel>
        <Tabs.Panel value="transfer">
          <TransferTab collection={collection} />
        </Tabs.Panel>
        <Tabs.Panel value="trash">
          <TrashTab collection={collection} />
        </Tabs.Panel>
        <Tabs.Panel value="api">
          <CollectionApi collection={collection} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
