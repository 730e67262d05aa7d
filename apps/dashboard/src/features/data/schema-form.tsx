import { Stack, Switch } from '@mantine/core';
import { Panel } from '../../design/panel.tsx';
import { FieldsEditor } from './fields-editor.tsx';
import type { StoredFields } from './fields-editor.tsx';
import { IndexesEditor } from './indexes-editor.tsx';
import { RulesEditor } from './rules-editor.tsx';
import type { SchemaDraft } from './schema-draft.ts';

export interface SchemaFormProps {
  readonly draft: SchemaDraft;
  readonly onChange: (draft: SchemaDraft) => void;
  readonly collections: readonly string[];
  /** Of a collection that is there already. */
  readonly stored?: StoredFields | undefined;
}

/** Fields, rules, indexes and switches of a collection. */
export function SchemaForm({ draft, onChange, collections, stored }: SchemaFormProps) {
  return (
    <Stack gap="md">
      <Panel title="Fields" description="Every document also has an id, createdAt, updatedAt and version.">
        <FieldsEditor
          fields={draft.fields}
          onChange={(fields) => onChange({ ...draft, fields })}
          collections={collections}
          stored={stored}
        />
      </Panel>
      <Panel
        title="Rules"
        description={
          'Who may do what. A condition is about the document; {"$var": "user.id"} is the signed-in user. Rules do not bind secret keys.'
        }
      >
        <RulesEditor rules={draft.rules} onChange={(rules) => onChange({ ...draft, rules })} />
      </Panel>
      <Panel title="Indexes">
        <IndexesEditor indexes={draft.indexes} onChange={(indexes) => onChange({ ...draft, indexes })} />
      </Panel>
      <Panel title="Behaviour">
        <Stack gap="sm">
          <Switch
            label="Realtime"
            description="Apps may subscribe to changes of this collection."
            checked={draft.realtime}
            onChange={({ currentTarget }) => onChange({ ...draft, realtime: currentTarget.checked })}
          />
          <Switch
            label="History"
            description="Every version of a document is kept, with who wrote it, and can be brought back."
            checked={draft.history}
            onChange={({ currentTarget }) => onChange({ ...draft, history: currentTarget.checked })}
          />
          <Switch
            label="Trash"
            description="Deleted documents are kept for a while and can be restored."
            checked={draft.softDelete}
            onChange={({ currentTarget }) => onChange({ ...draft, softDelete: currentTarget.checked })}
          />
          <Switch
            label="Open"
            description="Documents may have fields that are not declared; the collection learns them."
            checked={draft.mode === 'open'}
            onChange={({ currentTarget }) => onChange({ ...draft, mode: currentTarget.checked ? 'open' : 'closed' })}
          />
        </Stack>
      </Panel>
    </Stack>
  );
}
