import { Badge, Button, Code, Group, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { JsonArea } from '../../design/json-area.tsx';
import { parseJsonText } from '../../design/json-text.ts';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import type { Collection, Operation } from './data-shapes.ts';
import { OPERATIONS } from './data-shapes.ts';
import { useRuleTest } from './use-collections.ts';

type Who = 'anonymous' | 'user' | 'device';

function principalOf(who: Who, id: string, roles: string): unknown {
  if (who === 'anonymous') return null;
  if (who === 'device') return { device: { id } };
  return {
    user: {
      id,
      email: `${id}@example.com`,
      roles: roles
        .split(',')
        .map((role) => role.trim())
        .filter(Boolean),
    },
  };
}

/** Asks the server's own rules who may do what with a document, and why. It tests the saved rules. */
export function RuleTester({ collection }: { collection: Collection }) {
  const test = useRuleTest();
  const [operation, setOperation] = useState<Operation>('get');
  const [who, setWho] = useState<Who>('user');
  const [id, setId] = useState('alice');
  const [roles, setRoles] = useState('');
  const [document, setDocument] = useState('{ "owner": "alice" }');
  const [previous, setPrevious] = useState('');
  const [now, before] = [parseJsonText(document), parseJsonText(previous)];
  const run = () =>
    test.mutate({
      collection: collection.name,
      operation,
      principal: principalOf(who, id, roles),
      ...(now.ok ? { document: now.value } : {}),
      ...(before.ok ? { previous: before.value } : {}),
    });
  return (
    <Panel title="Try the rules" description="Runs the saved rules on an example, with the same code that the API uses.">
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
          <NativeSelect
            label="Operation"
            value={operation}
            data={[...OPERATIONS]}
            onChange={({ currentTarget }) => setOperation(currentTarget.value as Operation)}
          />
          <NativeSelect
            label="Who"
            value={who}
            data={[
              { value: 'user', label: 'A signed-in user' },
              { value: 'anonymous', label: 'Nobody signed in' },
              { value: 'device', label: 'A device' },
            ]}
            onChange={({ currentTarget }) => setWho(currentTarget.value as Who)}
          />
          {who !== 'anonymous' && (
            <TextInput
              label={who === 'user' ? 'User id' : 'Device id'}
              value={id}
              onChange={({ currentTarget }) => setId(currentTarget.value)}
            />
          )}
          {who === 'user' && (
            <TextInput
              label="Roles"
              placeholder="editor, admin"
              value={roles}
              onChange={({ currentTarget }) => setRoles(currentTarget.value)}
            />
          )}
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, sm: operation === 'update' ? 2 : 1 }} spacing="sm">
          <JsonArea label="Document" value={document} onChange={setDocument} isOptional />
          {operation === 'update' && <JsonArea label="Document before the change" value={previous} onChange={setPrevious} isOptional />}
        </SimpleGrid>
        <Group>
          <Button variant="light" onClick={run} loading={test.isPending}>
            Try
          </Button>
        </Group>
        {test.error && <ProblemPanel error={test.error} />}
        {test.data && (
          <Stack gap="xs" role="status">
            <Group gap="sm">
              <Badge color={test.data.allowed ? 'teal' : 'red'}>{test.data.allowed ? 'Allowed' : 'Denied'}</Badge>
              <Text size="sm">{test.data.sentence}</Text>
            </Group>
            {test.data.trace !== undefined && test.data.trace !== null && (
              <Code block tabIndex={0} role="region" aria-label="Trace">
                {JSON.stringify(test.data.trace, null, 2)}
              </Code>
            )}
          </Stack>
        )}
      </Stack>
    </Panel>
  );
}
