import { Button, Group, NativeSelect, Progress, Stack, Text } from '@mantine/core';
import { FileDown } from 'lucide-react';
import { useState } from 'react';
import { formatBytes } from '../../design/format-bytes.ts';
import { JsonArea } from '../../design/json-area.tsx';
import { isJsonObject, parseJsonText } from '../../design/json-text.ts';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { TRANSFER_FORMATS } from './transfer-shapes.ts';
import type { ExportProgress, ExportRequest } from './use-export.ts';
import { useExport } from './use-export.ts';

/** Saves the documents of a collection, or those that meet a condition, as a file. */
export function ExportPanel({ collection }: { collection: string }) {
  const [format, setFormat] = useState<ExportRequest['format']>('csv');
  const [text, setText] = useState('');
  const { progress, error, start, cancel } = useExport(collection);
  const parsed = parseJsonText(text);
  const where = parsed.ok && isJsonObject(parsed.value) ? parsed.value : undefined;
  const isFine = text.trim() === '' || where !== undefined;
  const run = async () => {
    if (await start({ format, where })) showDone(`${collection}.${format} is saved.`);
  };
  return (
    <Panel
      title="Export"
      description="All fields of the documents as they are now, without the rules. What you export, an import takes back."
    >
      <Stack gap="sm">
        <NativeSelect
          label="Format of the file"
          value={format}
          data={TRANSFER_FORMATS.filter(({ value }) => value !== 'parse')}
          onChange={({ currentTarget }) => setFormat(currentTarget.value as ExportRequest['format'])}
          maw={320}
        />
        <JsonArea
          label="Only documents that meet"
          description="A condition in JSON. Leave it empty for all."
          placeholder={'{ "done": true }'}
          value={text}
          onChange={setText}
          minRows={2}
          isOptional
        />
        {error !== null && <ProblemPanel error={error} />}
        <Group gap="sm">
          <Button
            leftSection={<FileDown size={16} aria-hidden />}
            onClick={() => void run()}
            loading={progress !== null}
            disabled={!isFine}
          >
            Export
          </Button>
          {progress !== null && (
            <Button variant="default" onClick={cancel}>
              Cancel
            </Button>
          )}
        </Group>
        {progress !== null && <HowFar progress={progress} format={format} />}
      </Stack>
    </Panel>
  );
}

function HowFar({ progress: { bytes, lines, total }, format }: { progress: ExportProgress; format: string }) {
  // A list in JSON has no lines to count.
  const percent = format === 'json' || total === 0 ? 100 : Math.min(100, (lines / total) * 100);
  return (
    <div>
      <Progress value={percent} animated aria-label="Progress of the export" />
      <Text size="sm" c="dimmed" mt={4} role="status">
        {formatBytes(bytes)} of {total.toLocaleString('en')} documents
      </Text>
    </div>
  );
}
