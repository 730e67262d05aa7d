import { Alert, Badge, Box, Button, Group, Paper, Progress, Table, Text } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import { ScrollBox } from '../../design/scroll-box.tsx';
import { valueText } from '../../design/value-text.ts';
import type { IndexFailure, IndexState } from './index-shapes.ts';
import { indexFieldsText, indexTraits } from './index-text.ts';

const COLORS = { queued: 'gray', building: 'blue', ready: 'teal', failed: 'red' } as const;

export interface IndexItemProps {
  readonly index: IndexState;
  /** The field whose being unique asks for the index. */
  readonly uniqueField: string | undefined;
  /** Undefined for those who only look. */
  readonly onRemove: (() => void) | undefined;
  readonly onRetry: (() => void) | undefined;
}

/** One index: what it is of, how far it is, why it failed. */
export function IndexItem({ index, uniqueField, onRemove, onRetry }: IndexItemProps) {
  const { definition, state, progress, failure } = index;
  const text = indexFieldsText(definition);
  const traits = indexTraits(definition);
  return (
    <Paper withBorder p="sm" component="li" aria-label={`Index ${text}`}>
      <Group justify="space-between" gap="xs" align="flex-start">
        <Box miw={0} style={{ overflowWrap: 'anywhere' }}>
          <Group gap="xs">
            <Text fw={600} className="mono">
              {text}
            </Text>
            <Badge variant="light" color={COLORS[state]}>
              {state}
            </Badge>
          </Group>
          {(traits.length > 0 || uniqueField !== undefined) && (
            <Text size="sm" c="dimmed" mt={2}>
              {traits.join(' · ')}
              {uniqueField !== undefined && ` · since the field ${uniqueField} is unique`}
            </Text>
          )}
        </Box>
        <Group gap="xs">
          {state === 'failed' && onRetry && (
            <Button size="compact-sm" variant="light" onClick={onRetry}>
              Try again
            </Button>
          )}
          {uniqueField === undefined && onRemove && (
            <Button size="compact-sm" variant="subtle" color="red" onClick={onRemove} aria-label={`Remove index ${text}`}>
              Remove
            </Button>
          )}
        </Group>
      </Group>
      {state === 'building' && (
        <Progress
          mt="xs"
          value={progress === null || progress.total === 0 ? 0 : (progress.done / progress.total) * 100}
          animated
          aria-label={`Building ${text}`}
        />
      )}
      {failure !== null && <Failure failure={failure} fields={definition.fields.map(([name]) => name)} />}
    </Paper>
  );
}

function Failure({ failure, fields }: { failure: IndexFailure; fields: readonly string[] }) {
  const sample = failure.duplicates?.sample ?? [];
  return (
    <Alert mt="xs" color="red" variant="light" icon={<CircleAlert size={18} aria-hidden />} title="It could not be built">
      <Text size="sm">{failure.detail}</Text>
      {sample.length > 0 && (
        <ScrollBox label="Values that are there more than once" maxHeight={220}>
          <Table verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                {fields.map((field) => (
                  <Table.Th key={field} scope="col">
                    {field}
                  </Table.Th>
                ))}
                <Table.Th scope="col">Documents</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sample.map(({ values, documents }) => (
                <Table.Tr key={JSON.stringify(values)}>
                  {values.map((value, at) => (
                    <Table.Td key={fields[at]} className="mono">
                      {valueText(value)}
                    </Table.Td>
                  ))}
                  <Table.Td>{documents}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollBox>
      )}
    </Alert>
  );
}
