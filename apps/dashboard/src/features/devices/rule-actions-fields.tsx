import { Checkbox, Fieldset, NativeSelect, Stack, TextInput } from '@mantine/core';
import { JsonArea } from '../../design/json-area.tsx';
import { useCollections } from '../data/use-collections.ts';
import type { DeviceRuleDraft } from './device-rule-draft.ts';

export interface RuleActionsFieldsProps {
  readonly draft: DeviceRuleDraft;
  readonly onChange: (part: Partial<DeviceRuleDraft>) => void;
}

/** What a device rule does: writes a document, sends a push, or both. */
export function RuleActionsFields({ draft, onChange }: RuleActionsFieldsProps) {
  const { data } = useCollections();
  return (
    <>
      <Fieldset legend="Then">
        <Stack gap="sm">
          <Checkbox
            label="Write a document"
            checked={draft.writes}
            onChange={({ currentTarget }) => onChange({ writes: currentTarget.checked })}
          />
          {draft.writes && (
            <>
              <NativeSelect
                label="Collection"
                value={draft.collection}
                data={[{ value: '', label: 'Choose a collection' }, ...(data?.items.map(({ name }) => name) ?? [])]}
                onChange={({ currentTarget }) => onChange({ collection: currentTarget.value })}
              />
              <JsonArea
                label="Document to write"
                description={'{"$var": …} takes telemetry.KEY, device.id, device.name or at.'}
                value={draft.document}
                onChange={(document) => onChange({ document })}
              />
            </>
          )}
        </Stack>
      </Fieldset>
      <Fieldset legend="And">
        <Stack gap="sm">
          <Checkbox
            label="Send a push"
            checked={draft.pushes}
            onChange={({ currentTarget }) => onChange({ pushes: currentTarget.checked })}
          />
          {draft.pushes && (
            <>
              <TextInput
                label="Push title"
                value={draft.title}
                onChange={({ currentTarget }) => onChange({ title: currentTarget.value })}
              />
              <TextInput label="Push text" value={draft.body} onChange={({ currentTarget }) => onChange({ body: currentTarget.value })} />
              <JsonArea label="Push audience" value={draft.audience} onChange={(audience) => onChange({ audience })} minRows={1} />
            </>
          )}
        </Stack>
      </Fieldset>
    </>
  );
}
