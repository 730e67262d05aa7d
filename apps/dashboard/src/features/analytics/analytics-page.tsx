import { SimpleGrid, Stack } from '@mantine/core';
import { PageHeader } from '../../design/page-header.tsx';
import { EventNames } from './event-names.tsx';
import { EventStream } from './event-stream.tsx';
import { SeriesPanel } from './series-panel.tsx';

/** Events: a chart over time, the names, and the stream as it comes in. */
export function AnalyticsPage() {
  return (
    <>
      <PageHeader
        title="Analytics"
        description="Events from your apps. Any Segment library works with this project's address and publishable key."
      />
      <Stack gap="md">
        <SeriesPanel />
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
          <EventStream />
          <EventNames />
        </SimpleGrid>
      </Stack>
    </>
  );
}
