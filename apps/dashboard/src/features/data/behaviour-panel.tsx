import { NativeSelect, Stack, Switch } from '@mantine/core';
import { Panel } from '../../design/panel.tsx';
import type { SchemaDraft } from './schema-draft.ts';

export interface BehaviourPanelProps {
  readonly draft: SchemaDraft;
  readonly onChange: (draft: SchemaDraft) => void;
}

/** The switches of a collection. */
export function BehaviourPanel({ draft, onChange }: BehaviourPanelProps) {
  return (
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
        <NativeSelect
          label="When a user is deleted"
          description="What becomes of the documents that name the user in a reference to users, or in owner."
          value={draft.onUserDelete}
          data={[
            { value: 'keep', label: 'they stay as they are' },
            { value: 'anonymise', label: 'they stay without the user' },
            { value: 'delete', label: "the user's own are deleted" },
          ]}
          onChange={({ currentTarget }) => onChange({ ...draft, onUserDelete: currentTarget.value as SchemaDraft['onUserDelete'] })}
        />
        <Switch
          label="Open"
          description="Documents may have fields that are not declared; the collection learns them."
          checked={draft.mode === 'open'}
          onChange={({ currentTarget }) => onChange({ ...draft, mode: currentTarget.checked ? 'open' : 'closed' })}
        />
      </Stack>
    </Panel>
  );
}
