import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useMayWrite } from '../../shell/project.ts';
import type { Collection } from './data-shapes.ts';
import { RuleTester } from './rule-tester.tsx';
import { RulesEditor } from './rules-editor.tsx';
import { draftProblems, toDefinition, toSchemaDraft } from './schema-draft.ts';
import { usePatchCollection } from './use-collections.ts';

/** The rules of a collection: edit, try, save. */
export function RulesTab({ collection }: { collection: Collection }) {
  const [draft, setDraft] = useState(() => toSchemaDraft(collection));
  const save = usePatchCollection(collection.name);
  const mayWrite = useMayWrite();
  const problems = draftProblems(draft);
  const { rules } = toDefinition(draft);
  const isSame = JSON.stringify(rules) === JSON.stringify(toDefinition(toSchemaDraft(collection)).rules);
  return (
    <Stack gap="md">
      <Panel title="Rules" description="Who may do what. Rules do not bind secret keys.">
        <RulesEditor
          rules={draft.rules}
          subject={{ mode: collection.mode, fields: collection.fields }}
          onChange={(changed) => setDraft({ ...draft, rules: changed })}
        />
      </Panel>
      {save.error && <ProblemPanel error={save.error} />}
      {mayWrite && (
        <Group>
          <Button
            onClick={() => save.mutate({ rules }, { onSuccess: () => showDone('The rules are saved.') })}
            disabled={isSame || problems.length > 0}
            loading={save.isPending}
          >
            Save rules
          </Button>
          <Button variant="default" onClick={() => setDraft(toSchemaDraft(collection))} disabled={isSame}>
            Undo
          </Button>
          <Text size="sm" c="dimmed" aria-live="polite">
            {isSame ? 'Nothing is changed.' : 'Not saved yet.'}
          </Text>
        </Group>
      )}
      <RuleTester collection={collection.name} rules={rules} />
    </Stack>
  );
}
