import { Button, Group, List, Stack, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { PageHeader } from '../../design/page-header.tsx';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useProject } from '../../shell/project.ts';
import { draftProblems, newSchemaDraft, toDefinition } from './schema-draft.ts';
import { SchemaForm } from './schema-form.tsx';
import { TemplatesPanel } from './templates-panel.tsx';
import { useCollections, useSaveCollection } from './use-collections.ts';

const NAME = /^[a-z][A-Za-z0-9_-]{0,62}$/;

/** Defines a new collection. */
export function NewCollectionPage() {
  const project = useProject();
  const navigate = useNavigate();
  const { data } = useCollections();
  const save = useSaveCollection();
  const [name, setName] = useState('');
  const [draft, setDraft] = useState(newSchemaDraft);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const existing = data?.items.map((collection) => collection.name) ?? [];

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = [
      ...(NAME.test(name) ? [] : ['The name begins with a lower-case letter and has letters, digits, _ and - only.']),
      ...(existing.includes(name) ? [`A collection ${name} exists already.`] : []),
      ...draftProblems(draft),
    ];
    setProblems(found);
    if (found.length > 0) return;
    save.mutate(
      { name, definition: toDefinition(draft) },
      {
        onSuccess: () => {
          showDone(`Collection ${name} is there.`);
          void navigate({ to: '/projects/$projectId/data/$collection', params: { projectId: project.id, collection: name } });
        },
      },
    );
  };

  return (
    <form onSubmit={submit} noValidate>
      <PageHeader title="Create a collection" description="Documents of one kind, with fields, rules and an API of their own." />
      <Stack gap="md">
        <TemplatesPanel existing={existing} />
        <Panel title="Or define your own">
          <TextInput
            label="Collection name"
            description="It stands in the API's addresses, as in /data/todos."
            placeholder="todos"
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            maw={360}
            spellCheck={false}
          />
        </Panel>
        <SchemaForm draft={draft} onChange={setDraft} collections={existing} />
        {problems.length > 0 && (
          <List size="sm" c="var(--mantine-color-error)" role="alert">
            {problems.map((problem) => (
              <List.Item key={problem}>{problem}</List.Item>
            ))}
          </List>
        )}
        {save.error && <ProblemPanel error={save.error} />}
        <Group>
          <Button type="submit" loading={save.isPending}>
            Create collection
          </Button>
          <Button variant="default" onClick={() => void navigate({ to: '/projects/$projectId/data', params: { projectId: project.id } })}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
