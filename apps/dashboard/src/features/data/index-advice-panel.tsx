import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import type { CollectionIndex } from './data-shapes.ts';
import type { IndexAdviceItem } from './index-shapes.ts';
import { indexFieldsText } from './index-text.ts';
import { useIndexAdvice } from './use-indexes.ts';

export interface IndexAdvicePanelProps {
  readonly collection: string;
  /** Undefined for those who only look. */
  readonly onCreate: ((index: CollectionIndex) => void) | undefined;
  readonly isCreating: boolean;
}

function shapeText({ where, sort }: IndexAdviceItem['shape']): string {
  const filter = where.length === 0 ? 'All documents' : `Filter on ${where.join(', ')}`;
  return sort.length === 0 ? filter : `${filter}, sorted by ${sort.join(', ')}`;
}

/** What slow queries would need, each with the index that serves it. */
export function IndexAdvicePanel({ collection, onCreate, isCreating }: IndexAdvicePanelProps) {
  const { data, error, isLoading, refetch } = useIndexAdvice(collection);
  return (
    <Panel
      title="Advice"
      description={
        <>
          Judged by the slow queries that this server has seen
          {data && (
            <>
              {' '}
              since it started, <TimeAgo at={data.since} />
            </>
          )}
          .
        </>
      }
    >
      {error && <ProblemPanel error={error} onRetry={() => void refetch()} />}
      {isLoading && <Skeleton h={40} />}
      {data?.items.length === 0 && <Text size="sm">No query was slow.</Text>}
      <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Advice">
        {data?.items.map((item) => (
          <Group key={JSON.stringify(item.shape)} component="li" justify="space-between" gap="xs" align="flex-start">
            <div style={{ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }}>
              <Text size="sm" fw={600}>
                {shapeText(item.shape)}
              </Text>
              <Text size="sm">{item.sentence}</Text>
              <Text size="sm" c="dimmed">
                {item.queries.toLocaleString('en')} slow {item.queries === 1 ? 'query' : 'queries'} · {item.meanMs} ms on average,{' '}
                {item.slowestMs} ms at worst
              </Text>
            </div>
            {item.index !== null && onCreate && (
              <Button size="xs" variant="light" onClick={() => item.index && onCreate(item.index)} loading={isCreating}>
                Create index on {indexFieldsText(item.index)}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}
