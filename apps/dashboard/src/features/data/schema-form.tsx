import { Stack } from '@mantine/core';
import { Panel } from '../../design/panel.tsx';
import { BehaviourPanel } from './behaviour-panel.tsx';
import { FieldsEditor } from './fields-editor.tsx';
import { IndexesEditor } from './indexes-editor.tsx';
import { RulesEditor } from './rules-editor.tsx';
import { toDefinition } from './schema-draft.ts';
import type { SchemaDraft } from './schema-draft.ts';

export interface SchemaFormProps {
  readonly draft: SchemaDraft;
  readonly onChange: (draft: SchemaDraft) => void;
  readonly collections: readonly string[];
}

/** Fields, rules, indexes and switches of a new collection. */
export function SchemaForm({ draft, onChange, collections }: SchemaFormProps) {
  const fields = draft.fields.map(({ name }) => name.trim()).filter(Boolean);
  return (
    <Stack gap="md">
      <Panel title="Fields" description="Every document also has an id, createdAt, updatedAt and version.">
        <FieldsEditor fields={draft.fields} onChange={(changed) => onChange({ ...draft, fields: changed })} collections={collections} />
      </Panel>
      <Panel title="Rules" description="Who may do what. Rules do not bind secret keys.">
        <RulesEditor
          rules={draft.rules}
          subject={{ mode: draft.mode, fields: toDefinition(draft).fields }}
          onChange={(rules) => onChange({ ...draft, rules })}
        />
      </Panel>
      <Panel title="Indexes">
        <IndexesEditor indexes={draft.indexes} fields={fields} onChange={(indexes) => onChange({ ...draft, indexes })} />
      </Panel>
      <BehaviourPanel draft={draft} onChange={onChange} />
    </Stack>
  );
}
