import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { toApiError } from '../../shell/api-error.ts';
import { FIELD_TYPES } from './data-shapes.ts';
import type { FieldType } from './data-shapes.ts';
import { FieldChangeTouches } from './field-change-touches.tsx';
import { FieldOptions } from './field-options.tsx';
import type { FieldChange, UnfitChoice } from './change-shapes.ts';
import type { DraftField } from './schema-draft.ts';
import { draftProblems, newSchemaDraft, toField } from './schema-draft.ts';
import { useFieldChangePreview, useStartFieldChange } from './use-field-changes.ts';

const TITLES = { rename: 'Rename', retype: 'Change the type of', remove: 'Remove' } as const;
const BUTTONS = { rename: 'Rename field', retype: 'Change type', remove: 'Remove field' } as const;
const PAUSE_MS = 300;

export interface FieldChangeDialogProps {
  readonly collection: string;
  readonly collections: readonly string[];
  /** Null when the dialog is closed. */
  readonly asked: { readonly field: DraftField; readonly kind: FieldChange['type'] } | null;
  readonly onClose: () => void;
}

/** Renames, retypes or removes a field with its values, after showing what that touches. */
export function FieldChangeDialog({ asked, onClose, ...rest }: FieldChangeDialogProps) {
  const title = asked === null ? '' : `${TITLES[asked.kind]} ${asked.field.name}`;
  return (
    <Modal opened={asked !== null} onClose={onClose} title={title} size="lg">
      {asked !== null && <ChangeForm key={`${asked.kind}-${asked.field.key}`} asked={asked} onClose={onClose} {...rest} />}
    </Modal>
  );
}

type FormProps = FieldChangeDialogProps & { readonly asked: NonNullable<FieldChangeDialogProps['asked']> };

/** The change as it is put together, with what it would touch. */
function useAskedChange(collection: string, { field, kind }: FormProps['asked']) {
  const [to, setTo] = useState(field.name);
  const [draft, setDraft] = useState(field);
  const [unfit, setUnfit] = useState<UnfitChoice>('keep');
  const change = changeOf({ kind, field, to, draft, unfit });
  const text = change === null ? null : JSON.stringify(change);
  const [asked] = useDebouncedValue(text, PAUSE_MS);
  const answer = useFieldChangePreview(collection, asked === null ? null : (JSON.parse(asked) as FieldChange));
  const isCurrent = change !== null && asked === text;
  const preview = isCurrent ? answer.data : undefined;
  return { to, setTo, draft, setDraft, unfit, setUnfit, change, preview, error: isCurrent ? answer.error : null, retry: answer.refetch };
}

function ChangeForm({ collection, collections, asked, onClose }: FormProps) {
  const form = useAskedChange(collection, asked);
  const start = useStartFieldChange(collection);
  const { change, preview, error } = form;
  const run = () => {
    if (change === null) return;
    start.mutate(change, { onSuccess: () => (showDone('The change has begun. It goes on by itself.'), onClose()) });
  };
  const issue = error && toApiError(error).issues.find(({ path }) => path.endsWith('to'));
  return (
    <Stack gap="sm">
      {asked.kind === 'rename' && (
        <TextInput
          label="New name"
          value={form.to}
          onChange={({ currentTarget }) => form.setTo(currentTarget.value.trim())}
          error={issue?.message}
          data-autofocus
          spellCheck={false}
        />
      )}
      {asked.kind === 'retype' && (
        <TypeForm draft={form.draft} onChange={form.setDraft} unfit={form.unfit} onUnfit={form.setUnfit} collections={collections}>
          {draftProblems({ ...newSchemaDraft(), fields: [form.draft] })}
        </TypeForm>
      )}
      {error && issue === undefined && <ProblemPanel error={error} onRetry={() => void form.retry()} />}
      {change !== null && !error && <FieldChangeTouches change={change} preview={preview} isEach={form.unfit !== 'keep'} />}
      {start.error && <ProblemPanel error={start.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          {...(asked.kind === 'remove' ? { color: 'red' } : {})}
          onClick={run}
          disabled={preview?.blockedBy.length !== 0}
          loading={start.isPending}
        >
          {BUTTONS[asked.kind]}
        </Button>
      </Group>
    </Stack>
  );
}

interface TypeFormProps {
  readonly draft: DraftField;
  readonly onChange: (draft: DraftField) => void;
  readonly unfit: UnfitChoice;
  readonly onUnfit: (unfit: UnfitChoice) => void;
  readonly collections: readonly string[];
  /** What the new type lacks. */
  readonly children: ReactNode;
}

function TypeForm({ draft, onChange, unfit, onUnfit, collections, children }: TypeFormProps) {
  return (
    <>
      <Group grow align="flex-start" preventGrowOverflow={false}>
        <NativeSelect
          label="New type"
          value={draft.type}
          data={[...FIELD_TYPES]}
          onChange={({ currentTarget }) => onChange({ ...draft, type: currentTarget.value as FieldType })}
          data-autofocus
        />
        <NativeSelect
          label="Values that cannot be converted"
          value={unfit}
          data={[
            { value: 'keep', label: 'stay as they are' },
            { value: 'remove', label: 'are removed' },
            { value: 'default', label: 'become the default' },
          ]}
          onChange={({ currentTarget }) => onUnfit(currentTarget.value as UnfitChoice)}
        />
      </Group>
      <FieldOptions field={draft} collections={collections} onChange={onChange} isShort={false} />
      <Text size="sm" c="dimmed">
        {children}
      </Text>
    </>
  );
}

interface Inputs {
  readonly kind: FieldChange['type'];
  readonly field: DraftField;
  readonly to: string;
  readonly draft: DraftField;
  readonly unfit: UnfitChoice;
}

/** The change to send; null while it is none yet. */
function changeOf({ kind, field: { name: field, known }, to, draft, unfit }: Inputs): FieldChange | null {
  if (kind === 'remove') return { type: 'remove', field };
  if (kind === 'rename') return to === '' || to === field ? null : { type: 'rename', field, to };
  if (draftProblems({ ...newSchemaDraft(), fields: [draft] }).length > 0) return null;
  const definition = toField(draft);
  return JSON.stringify(definition) === JSON.stringify(known) ? null : { type: 'retype', field, definition, unfit };
}
