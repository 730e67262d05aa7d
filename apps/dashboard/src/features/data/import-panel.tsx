import { Button, FileButton, Group, NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import { FileUp } from 'lucide-react';
import { useState } from 'react';
import { formatBytes } from '../../design/format-bytes.ts';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import type { Collection } from './data-shapes.ts';
import { guessFormat } from './guess-format.ts';
import { guessMapping } from './guess-mapping.ts';
import { ImportMappingTable } from './import-mapping-table.tsx';
import type { ImportMapping, TransferFormat } from './transfer-shapes.ts';
import { TRANSFER_FORMATS } from './transfer-shapes.ts';
import { useImportPreview, useStartImport } from './use-imports.ts';

interface Chosen {
  readonly file: File;
  readonly format: TransferFormat;
}

/** Brings a file into the collection: choose it, say where its columns go, try it, run it. */
export function ImportPanel({ collection }: { collection: Collection }) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const take = async (file: File | null) => {
    if (file !== null) setChosen({ file, format: await guessFormat(file) });
  };
  return (
    <Panel
      title="Import"
      description="CSV, NDJSON, JSON or a Parse export. Nothing is written before you say so, and an import can be undone."
    >
      <Stack gap="md">
        <Group gap="sm" align="flex-end">
          <FileButton
            onChange={(file) => void take(file)}
            accept=".csv,.json,.ndjson,.jsonl,.txt"
            inputProps={{ 'aria-label': 'File to import' }}
          >
            {(props) => (
              <Button {...props} variant={chosen === null ? 'filled' : 'default'} leftSection={<FileUp size={16} aria-hidden />}>
                {chosen === null ? 'Choose a file' : 'Choose another file'}
              </Button>
            )}
          </FileButton>
          {chosen !== null && (
            <>
              <NativeSelect
                label="Format"
                value={chosen.format}
                data={[...TRANSFER_FORMATS]}
                onChange={({ currentTarget }) => setChosen({ ...chosen, format: currentTarget.value as TransferFormat })}
              />
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {chosen.file.name}, {formatBytes(chosen.file.size)}
              </Text>
            </>
          )}
        </Group>
        {chosen !== null && (
          <ImportForm
            key={`${chosen.file.name}-${chosen.file.lastModified}-${chosen.format}`}
            collection={collection}
            chosen={chosen}
            onDone={() => setChosen(null)}
          />
        )}
      </Stack>
    </Panel>
  );
}

interface ImportFormProps {
  readonly collection: Collection;
  readonly chosen: Chosen;
  readonly onDone: () => void;
}

function ImportForm({ collection, chosen, onDone }: ImportFormProps) {
  const [changed, setChanged] = useState<ImportMapping>({});
  const [key, setKey] = useState('');
  const [onMatch, setOnMatch] = useState<'skip' | 'update'>('skip');
  const raw = useImportPreview(collection.name, { ...chosen, mapping: undefined });
  const columns = raw.data?.fields;
  const mapping = columns === undefined ? undefined : { ...guessMapping(collection, columns), ...changed };
  const mapped = useImportPreview(collection.name, mapping === undefined ? null : { ...chosen, mapping });
  const start = useStartImport(collection.name);
  const run = (dryRun: boolean) =>
    start.mutate(
      { ...chosen, mapping, key: key === '' ? undefined : key, onMatch, dryRun },
      {
        onSuccess: () => {
          showDone(dryRun ? 'The dry run has begun.' : 'The import has begun.');
          if (!dryRun) onDone();
        },
      },
    );
  if (raw.error) return <ProblemPanel error={raw.error} onRetry={() => void raw.refetch()} />;
  if (mapping === undefined || raw.data === undefined) return <Skeleton h={120} />;
  const keys = ['id', ...Object.keys(collection.fields).filter((name) => collection.fields[name]?.unique === true)];
  const isUsed = Object.values(mapping).some((field) => field !== null);
  return (
    <Stack gap="md">
      <ImportMappingTable
        collection={collection}
        mapping={mapping}
        raw={raw.data.rows}
        mapped={mapped.data?.rows ?? []}
        onChange={(column, field) => setChanged({ ...changed, [column]: field })}
      />
      {mapped.error && <ProblemPanel error={mapped.error} />}
      <Group gap="sm" align="flex-end">
        <NativeSelect
          label="A row is there already when this is the same"
          value={key}
          data={[{ value: '', label: 'Never: each row is a new document' }, ...keys]}
          onChange={({ currentTarget }) => setKey(currentTarget.value)}
        />
        {key !== '' && (
          <NativeSelect
            label="Then"
            value={onMatch}
            data={[
              { value: 'skip', label: 'leave the document as it is' },
              { value: 'update', label: 'update the document' },
            ]}
            onChange={({ currentTarget }) => setOnMatch(currentTarget.value as 'skip' | 'update')}
          />
        )}
      </Group>
      {start.error && <ProblemPanel error={start.error} />}
      <Group gap="sm">
        <Button variant="default" onClick={() => run(true)} loading={start.isPending} disabled={!isUsed}>
          Dry run
        </Button>
        <Button onClick={() => run(false)} loading={start.isPending} disabled={!isUsed}>
          Import
        </Button>
        <Text size="sm" c="dimmed">
          A dry run checks every row and writes nothing.
        </Text>
      </Group>
    </Stack>
  );
}
