import { Badge, Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { FileDown, FileUp } from 'lucide-react';
import { useState } from 'react';
import { parseJsonText } from '../../design/json-text.ts';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useMayWrite } from '../../shell/project.ts';
import { ChangesTable } from './changes-table.tsx';
import type { SchemaDiffItem } from './schema-file-shapes.ts';
import { useApplySchemaFile, useSaveSchemaFile, useSchemaDiff } from './use-schema-file.ts';

const BADGES = { added: ['teal', 'new'], changed: ['blue', 'changes'], missing: ['gray', 'stays'] } as const;

/** The schema as a file: save it beside the app's code, compare one with the project, bring the project to its state. */
export function SchemaFilePanel() {
  const [chosen, setChosen] = useState<{ name: string; file: unknown } | null>(null);
  const [fault, setFault] = useState('');
  const save = useSaveSchemaFile();
  const diff = useSchemaDiff();
  const apply = useApplySchemaFile();
  const mayWrite = useMayWrite();
  const take = async (file: File | null) => {
    if (file === null) return;
    const parsed = parseJsonText(await file.text());
    apply.reset();
    setFault(parsed.ok ? '' : `${file.name} is not JSON: ${parsed.why}`);
    setChosen(parsed.ok ? { name: file.name, file: parsed.value } : null);
    if (parsed.ok) diff.mutate(parsed.value);
  };
  const run = () => apply.mutate(chosen?.file, { onSuccess: () => (showDone('The collections are as in the file.'), setChosen(null)) });
  const items = diff.data?.items ?? [];
  const changing = items.filter(({ kind }) => kind !== 'missing');
  const missing = items.filter(({ kind }) => kind === 'missing').map(({ collection }) => collection);
  return (
    <Panel
      title="The schema as a file"
      description="All collections with their fields, rules and indexes: to keep with the app's code, and to bring another project to the same state."
    >
      <Stack gap="sm">
        <Group gap="sm">
          <Button variant="default" leftSection={<FileDown size={16} aria-hidden />} onClick={() => save.mutate()} loading={save.isPending}>
            Save schema.json
          </Button>
          {mayWrite && (
            <FileButton onChange={(file) => void take(file)} accept=".json" inputProps={{ 'aria-label': 'Schema file' }}>
              {(props) => (
                <Button {...props} variant="default" leftSection={<FileUp size={16} aria-hidden />} loading={diff.isPending}>
                  Compare a file
                </Button>
              )}
            </FileButton>
          )}
        </Group>
        {fault !== '' && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {fault}
          </Text>
        )}
        {chosen !== null && diff.error && <ProblemPanel error={diff.error} />}
        {chosen !== null && diff.data && (
          <Stack gap="sm" role="status">
            <Text size="sm">
              {changing.length === 0 ? `The project is as in ${chosen.name}.` : `What ${chosen.name} changes. Nothing is changed yet.`}
            </Text>
            {changing.map((item) => (
              <DiffItem key={item.collection} item={item} />
            ))}
            {missing.length > 0 && (
              <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                Not in the file, and stay as they are: {missing.join(', ')}.
              </Text>
            )}
            {apply.error && <ProblemPanel error={apply.error} />}
            {changing.length > 0 && (
              <Group gap="sm">
                <Button onClick={run} loading={apply.isPending}>
                  Apply to {changing.length} {changing.length === 1 ? 'collection' : 'collections'}
                </Button>
                <Button variant="default" onClick={() => setChosen(null)}>
                  Cancel
                </Button>
              </Group>
            )}
          </Stack>
        )}
      </Stack>
    </Panel>
  );
}

function DiffItem({ item: { collection, kind, changes } }: { item: SchemaDiffItem }) {
  const [color, word] = BADGES[kind];
  return (
    <div>
      <Group gap="xs">
        <Text size="sm" fw={600} className="mono">
          {collection}
        </Text>
        <Badge variant="light" color={color}>
          {word}
        </Badge>
      </Group>
      {changes.length > 0 && (
        <ChangesTable label={`What changes in ${collection}`} changes={changes.map(({ path, ...sides }) => ({ field: path, ...sides }))} />
      )}
    </div>
  );
}
