import { Badge, Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useMayWrite, useProject } from '../../shell/project.ts';
import { BehaviourPanel } from './behaviour-panel.tsx';
import type { Collection, CollectionDefinition, Field } from './data-shapes.ts';
import { describeSchemaChanges } from './describe-schema-changes.ts';
import { FieldChangeDialog } from './field-change-dialog.tsx';
import type { FieldChangeDialogProps } from './field-change-dialog.tsx';
import { FieldChangesPanel } from './field-changes-panel.tsx';
import { draftProblems, toDefinition, toSchemaDraft } from './schema-draft.ts';
import { FieldsEditor } from './fields-editor.tsx';
import { useCollections, useDeleteCollection, usePatchCollection } from './use-collections.ts';
import { useFieldChanges } from './use-field-changes.ts';

const COLORS = { added: 'teal', changed: 'blue', removed: 'red' } as const;

/** What this screen changes; rules and indexes have screens of their own. */
function patchOf({ fields }: Collection, { fields: next, mode, realtime, history, softDelete, onUserDelete }: CollectionDefinition) {
  const gone = Object.keys(fields).filter((name) => !Object.hasOwn(next, name));
  const changed: Record<string, Field | null> = { ...next, ...Object.fromEntries(gone.map((name) => [name, null])) };
  return { fields: changed, mode, realtime, history, softDelete, onUserDelete };
}

/** The fields and switches of a collection: edit, review what changes, apply; delete it. */
export function SchemaTab({ collection }: { collection: Collection }) {
  const [draft, setDraft] = useState(() => toSchemaDraft(collection));
  const [asked, setAsked] = useState<FieldChangeDialogProps['asked']>(null);
  const [isReviewing, review] = useDisclosure(false);
  const { data } = useCollections();
  const save = usePatchCollection(collection.name);
  const fieldChanges = useFieldChanges(collection.name);
  const mayWrite = useMayWrite();
  const definition = useMemo(() => toDefinition(draft), [draft]);
  const problems = draftProblems(draft);
  const changes = describeSchemaChanges(collection, definition);
  const apply = () =>
    save.mutate(patchOf(collection, definition), {
      onSuccess: () => {
        review.close();
        showDone('The schema is saved.');
      },
    });
  const collections = data?.items.map(({ name }) => name) ?? [];
  const blockedBy = !mayWrite
    ? 'You may only look.'
    : fieldChanges.isRunning
      ? 'Another field is being changed.'
      : changes.length > 0
        ? 'Apply or undo your other changes first.'
        : undefined;
  return (
    <Stack gap="md">
      <FieldChangesPanel changes={fieldChanges.items} />
      <Panel title="Fields" description="Every document also has an id, createdAt, updatedAt and version.">
        <FieldsEditor
          fields={draft.fields}
          onChange={(fields) => setDraft({ ...draft, fields })}
          collections={collections}
          stored={{ blockedBy, onPick: (field, kind) => setAsked({ field, kind }) }}
        />
      </Panel>
      <BehaviourPanel draft={draft} onChange={setDraft} />
      {problems.length > 0 && (
        <List size="sm" c="var(--mantine-color-error)" role="alert">
          {problems.map((problem) => (
            <List.Item key={problem}>{problem}</List.Item>
          ))}
        </List>
      )}
      {mayWrite && (
        <Group>
          <Button onClick={review.open} disabled={changes.length === 0 || problems.length > 0}>
            Review changes
          </Button>
          <Button variant="default" onClick={() => setDraft(toSchemaDraft(collection))} disabled={changes.length === 0}>
            Undo
          </Button>
          <Text size="sm" c="dimmed" aria-live="polite">
            {changes.length === 0
              ? 'Nothing is changed.'
              : `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}, not saved yet.`}
          </Text>
        </Group>
      )}
      <FieldChangeDialog collection={collection.name} collections={collections} asked={asked} onClose={() => setAsked(null)} />
      {mayWrite && <DeleteCollection name={collection.name} />}
      <Modal opened={isReviewing} onClose={review.close} title="What will change" size="lg">
        <Stack gap="sm">
          {changes.map(({ kind, sentence }) => (
            <Group key={sentence} gap="sm" wrap="nowrap" align="flex-start">
              <Badge color={COLORS[kind]} variant="light" style={{ flex: 'none' }}>
                {kind}
              </Badge>
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {sentence}
              </Text>
            </Group>
          ))}
          {save.error && <ProblemPanel error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={review.close}>
              Cancel
            </Button>
            <Button onClick={apply} loading={save.isPending}>
              Apply changes
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Stack>
  );
}

function DeleteCollection({ name }: { name: string }) {
  const remove = useDeleteCollection();
  const project = useProject();
  const navigate = useNavigate();
  const ask = () =>
    confirmDanger({
      title: `Delete ${name}?`,
      message: 'All its documents are deleted with it. This cannot be undone.',
      confirm: 'Delete collection',
      onConfirm: () =>
        remove.mutate(name, {
          onSuccess: () => {
            showDone(`Collection ${name} is deleted.`);
            void navigate({ to: '/projects/$projectId/data', params: { projectId: project.id } });
          },
        }),
    });
  return (
    <Panel title="Delete this collection" description="Its documents are deleted with it.">
      <Button color="red" variant="light" onClick={ask} loading={remove.isPending}>
        Delete {name}
      </Button>
    </Panel>
  );
}
