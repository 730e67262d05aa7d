import { Button, Code, Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { Download } from 'lucide-react';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { saveFile } from '../../design/save-file.ts';
import { ScrollBox } from '../../design/scroll-box.tsx';
import { toCsv } from './to-csv.ts';
import { useImportErrors } from './use-imports.ts';

const SHOWN = 100;

/** The rows of an import that failed, each with its reason; all of them as a file. */
export function ImportErrors({ id }: { id: string }) {
  const { data, error, refetch } = useImportErrors(id);
  if (error) return <ProblemPanel error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton h={60} />;
  const save = () => {
    const rows = data.items.map(({ row, code, detail }) => [String(row), code, detail]);
    saveFile(`import-errors-${id}.csv`, new Blob([toCsv([['row', 'code', 'detail'], ...rows])], { type: 'text/csv' }));
  };
  return (
    <Stack gap="xs">
      <ScrollBox label="Rows that failed" maxHeight={300}>
        <Table verticalSpacing={4} aria-label="Rows that failed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Row</Table.Th>
              <Table.Th scope="col">Code</Table.Th>
              <Table.Th scope="col">What is wrong</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.slice(0, SHOWN).map(({ row, code, detail }) => (
              <Table.Tr key={row}>
                <Table.Td>{row}</Table.Td>
                <Table.Td>
                  <Code>{code}</Code>
                </Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{detail}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollBox>
      <Group gap="sm">
        <Button size="xs" variant="default" leftSection={<Download size={14} aria-hidden />} onClick={save}>
          Save all as CSV
        </Button>
        {data.items.length > SHOWN && (
          <Text size="sm" c="dimmed">
            The first {SHOWN} of {data.items.length.toLocaleString('en')}.
          </Text>
        )}
      </Group>
    </Stack>
  );
}
