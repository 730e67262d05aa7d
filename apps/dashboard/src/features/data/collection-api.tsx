import { Anchor, Badge, Box, Code, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Panel } from '../../design/panel.tsx';
import { Snippet } from '../../design/snippet.tsx';
import { useProject } from '../../shell/project.ts';
import { usePublishableKey } from '../platform/use-keys.ts';
import { apiSnippets, realtimeSnippet } from './api-snippets.ts';
import type { Collection } from './data-shapes.ts';
import type { SnippetLanguage } from './snippet-languages.ts';
import { SNIPPET_LANGUAGES } from './snippet-languages.ts';

/** The API of one collection, generated from its fields, with this project's address and key filled in. */
export function CollectionApi({ collection }: { collection: Collection }) {
  const project = useProject();
  const key = usePublishableKey();
  const [language, setLanguage] = useState<SnippetLanguage>('curl');
  const label = SNIPPET_LANGUAGES.find(({ value }) => value === language)?.label ?? language;
  const place = { origin: window.location.origin, projectId: project.id, publishableKey: key ?? 'pk_…' };
  return (
    <Stack gap="md">
      <Panel
        title="Calls"
        description="These work as pasted, as far as the rules let a caller who is not signed in. Put a document's id in the place of ID."
        actions={
          <NativeSelect
            size="xs"
            aria-label="Language"
            value={language}
            onChange={({ currentTarget }) => setLanguage(currentTarget.value as SnippetLanguage)}
            data={[...SNIPPET_LANGUAGES]}
          />
        }
      >
        <Stack gap="lg">
          {apiSnippets(collection, place).map((snippet) => (
            <Box key={snippet.title}>
              <Group gap="xs" mb={6}>
                <Title order={3}>{snippet.title}</Title>
                <Badge variant="light" color="gray" radius="sm">
                  {snippet.method}
                </Badge>
                <Text size="xs" c="dimmed" className="mono cut">
                  {snippet.path}
                </Text>
              </Group>
              <Snippet code={snippet.code[language]} label={`${snippet.title} with ${label}`} />
            </Box>
          ))}
        </Stack>
      </Panel>
      {collection.realtime !== false && (
        <Panel title="Realtime" description="Changes come over socket.io as they are committed, with the change feed's sequence.">
          <Snippet code={realtimeSnippet(collection.name, place)} label="Subscribe with socket.io" />
        </Panel>
      )}
      <Panel title="Fields">
        <Stack gap={4}>
          {Object.entries(collection.fields).map(([name, { type, required, unique, collection: to }]) => (
            <Group key={name} gap="xs">
              <Code>{name}</Code>
              <Text size="sm" c="dimmed">
                {type}
                {to ? ` to ${to}` : ''}
                {required ? ', required' : ''}
                {unique ? ', unique' : ''}
              </Text>
            </Group>
          ))}
        </Stack>
      </Panel>
      <Text size="sm">
        The whole API of this project:{' '}
        <Anchor underline="always" href={`/p/${project.id}/v1/docs`}>
          documentation
        </Anchor>
        ,{' '}
        <Anchor underline="always" href={`/p/${project.id}/v1/openapi.json`}>
          openapi.json
        </Anchor>
        ,{' '}
        <Anchor underline="always" href={`/p/${project.id}/v1/client.ts${key === undefined ? '' : `?key=${key}`}`}>
          client.ts
        </Anchor>
        .
      </Text>
    </Stack>
  );
}
