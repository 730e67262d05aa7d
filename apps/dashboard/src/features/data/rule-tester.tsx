import { Button, Group, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { JsonArea } from '../../design/json-area.tsx';
import { parseJsonText } from '../../design/json-text.ts';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import type { CollectionDefinition, Operation } from './data-shapes.ts';
import { OPERATIONS } from './data-shapes.ts';
import { RuleAnswer } from './rule-answer.tsx';
import { useRuleTest } from './use-rules.ts';

type Who = 'anonymous' | 'user' | 'device';
const WHO = [
  { value: 'user', label: 'A signed-in user' },
  { value: 'anonymous', label: 'Nobody signed in' },
  { value: 'device', label: 'A device' },
] as const;

interface Question {
  readonly operation: Operation;
  readonly who: Who;
  readonly principalId: string;
  readonly roles: string;
  readonly id: string;
  readonly document: string;
  readonly previous: string;
}
const START: Question = {
  operation: 'get',
  who: 'user',
  principalId: 'alice',
  roles: '',
  id: '',
  document: '{ "owner": "alice" }',
  previous: '',
};

function principalOf({ who, principalId: id, roles }: Question): unknown {
  if (who === 'anonymous') return null;
  if (who === 'device') return { device: { id } };
  const named = roles
    .split(',')
    .map((role) => role.trim())
    .filter(Boolean);
  return { user: { id, email: `${id}@example.com`, roles: named } };
}

export interface RuleTesterProps {
  readonly collection: string;
  /** As they stand in the editor, saved or not. */
  readonly rules: CollectionDefinition['rules'];
}

/** Asks the server who may do what with a document, and why: with the rules of the editor, by the code that serves requests. */
export function RuleTester({ collection, rules }: RuleTesterProps) {
  const test = useRuleTest();
  const [question, setQuestion] = useState(START);
  const set = (part: Partial<Question>) => setQuestion({ ...question, ...part });
  const { operation, id, document, previous } = question;
  const [now, before] = [parseJsonText(document), parseJsonText(previous)];
  const isFine = (now.ok || document.trim() === '') && (before.ok || previous.trim() === '');
  const run = () =>
    test.mutate({
      collection,
      operation,
      principal: principalOf(question),
      rule: rules[operation] ?? null,
      ...(id.trim() === '' ? {} : { id: id.trim() }),
      ...(now.ok ? { document: now.value } : {}),
      ...(before.ok && operation === 'update' ? { previous: before.value } : {}),
    });
  return (
    <Panel title="Try the rules" description="Tries the rules as they stand above, saved or not, with the same code that serves requests.">
      <Stack gap="sm">
        <Whom question={question} onChange={set} />
        <TextInput
          label="Id of a stored document"
          description="Leave it empty to try a document that is not stored. What stands below changes the stored one."
          value={id}
          onChange={({ currentTarget }) => set({ id: currentTarget.value })}
          maw={420}
          spellCheck={false}
        />
        <SimpleGrid cols={{ base: 1, sm: operation === 'update' ? 2 : 1 }} spacing="sm">
          <JsonArea
            label={operation === 'update' ? 'Document after the change' : 'Document'}
            value={document}
            onChange={(text) => set({ document: text })}
            isOptional
          />
          {operation === 'update' && (
            <JsonArea label="Document before the change" value={previous} onChange={(text) => set({ previous: text })} isOptional />
          )}
        </SimpleGrid>
        <Group>
          <Button variant="light" onClick={run} loading={test.isPending} disabled={!isFine}>
            Try
          </Button>
        </Group>
        {test.error && <ProblemPanel error={test.error} />}
        {test.data && <RuleAnswer verdict={test.data} />}
      </Stack>
    </Panel>
  );
}

function Whom({ question, onChange }: { question: Question; onChange: (part: Partial<Question>) => void }) {
  const { operation, who, principalId, roles } = question;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
      <NativeSelect
        label="Operation"
        value={operation}
        data={[...OPERATIONS]}
        onChange={({ currentTarget }) => onChange({ operation: currentTarget.value as Operation })}
      />
      <NativeSelect
        label="Who"
        value={who}
        data={[...WHO]}
        onChange={({ currentTarget }) => onChange({ who: currentTarget.value as Who })}
      />
      {who !== 'anonymous' && (
        <TextInput
          label={who === 'user' ? 'User id' : 'Device id'}
          value={principalId}
          onChange={({ currentTarget }) => onChange({ principalId: currentTarget.value })}
          spellCheck={false}
        />
      )}
      {who === 'user' && (
        <TextInput
          label="Roles"
          placeholder="editor, admin"
          value={roles}
          onChange={({ currentTarget }) => onChange({ roles: currentTarget.value })}
        />
      )}
    </SimpleGrid>
  );
}
