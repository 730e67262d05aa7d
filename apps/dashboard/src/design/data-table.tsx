import { Box, Button, Center, Group, Paper, Skeleton, Stack, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Pages } from '../shell/use-pages.ts';
import { ProblemPanel } from './problem-panel.tsx';
import { useIsPhone } from './use-is-phone.ts';

export interface DataColumn<Row> {
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  readonly width?: number | string;
}

export interface DataTableProps<Row extends { readonly id: string }> {
  /** What the table lists; its accessible name. */
  readonly label: string;
  readonly pages: Pages<Row>;
  readonly columns: readonly DataColumn<Row>[];
  /** Shown when there is no row. */
  readonly empty: ReactNode;
}

/** A list that grows page by page: a table, and on phones cards with the first three columns. */
export function DataTable<Row extends { readonly id: string }>({ label, pages, columns, empty }: DataTableProps<Row>) {
  const isPhone = useIsPhone();
  if (pages.error && pages.items.length === 0) return <ProblemPanel error={pages.error} onRetry={pages.reload} />;
  if (pages.isLoading) return <Loading />;
  if (pages.items.length === 0) return <Paper withBorder>{empty}</Paper>;
  return (
    <Stack gap="sm">
      {isPhone ? <Cards label={label} rows={pages.items} columns={columns} /> : <Rows label={label} rows={pages.items} columns={columns} />}
      {pages.hasMore && (
        <Center>
          <Button variant="default" size="xs" onClick={pages.loadMore} loading={pages.isLoadingMore}>
            Load more
          </Button>
        </Center>
      )}
    </Stack>
  );
}

interface RowsProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly DataColumn<Row>[];
}

function Rows<Row extends { readonly id: string }>({ label, rows, columns }: RowsProps<Row>) {
  return (
    <Paper withBorder style={{ overflowX: 'auto' }}>
      <Table aria-label={label} verticalSpacing="xs" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ header, width }) => (
              <Table.Th key={header} w={width} scope="col">
                {header || <span className="visually-hidden">Actions</span>}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              {columns.map(({ header, cell }) => (
                <Table.Td key={header}>{cell(row)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function Cards<Row extends { readonly id: string }>({ label, rows, columns }: RowsProps<Row>) {
  const named = columns.filter(({ header }) => header !== '');
  const [first, ...others] = named.slice(0, 3);
  const actions = columns.find(({ header }) => header === '');
  return (
    <Stack gap="xs" role="list" aria-label={label}>
      {rows.map((row) => (
        <Paper withBorder p="sm" key={row.id} role="listitem">
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Box miw={0} className="cut">
              {first?.cell(row)}
            </Box>
            {actions?.cell(row)}
          </Group>
          {others.map(({ header, cell }) => (
            <Group key={header} gap="xs" mt={4} wrap="nowrap">
              <Text size="xs" c="dimmed" w={90} style={{ flex: 'none' }}>
                {header}
              </Text>
              <Box fz="sm" miw={0}>
                {cell(row)}
              </Box>
            </Group>
          ))}
        </Paper>
      ))}
    </Stack>
  );
}

function Loading() {
  return (
    <Stack gap="xs" aria-busy="true" aria-label="Loading" role="status">
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} h={38} />
      ))}
    </Stack>
  );
}
