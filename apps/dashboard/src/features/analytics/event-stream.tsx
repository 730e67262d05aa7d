import { Badge, Button, Group, ScrollArea, Stack, Text } from '@mantine/core';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import { useLiveEventStream } from './use-analytics.ts';

/** The newest events; they appear as they come in. */
export function EventStream() {
  const { events, error, isLoading, isPaused, togglePause } = useLiveEventStream();
  return (
    <Panel
      title="Live events"
      actions={
        <Button size="compact-xs" variant="default" onClick={togglePause}>
          {isPaused ? 'Go on' : 'Pause'}
        </Button>
      }
    >
      {error && <ProblemPanel error={error} />}
      {!isLoading && events.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing yet. Send one with the line on the overview.
        </Text>
      )}
      <ScrollArea.Autosize mah={420} viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Newest events' }}>
        <Stack gap={6} component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Live events" pr="sm">
          {events.map((event) => (
            <li key={event.id} style={{ borderBottom: '1px solid var(--ms-line)', paddingBottom: 6 }}>
              <Group gap="xs" justify="space-between" wrap="nowrap">
                <Group gap="xs" wrap="nowrap" miw={0}>
                  <Badge variant="light" color="gray" radius="sm" style={{ flex: 'none' }}>
                    {event.type}
                  </Badge>
                  <Text size="sm" fw={500} className="cut">
                    {event.event ?? event.type}
                  </Text>
                </Group>
                <Text size="xs" c="dimmed" style={{ flex: 'none' }} component="div">
                  <TimeAgo at={event.at} />
                </Text>
              </Group>
              <Text size="xs" c="dimmed" className="mono cut">
                {event.userId ?? event.anonymousId ?? ''}{' '}
                {Object.keys(event.properties ?? {}).length > 0 && JSON.stringify(event.properties)}
              </Text>
            </li>
          ))}
        </Stack>
      </ScrollArea.Autosize>
    </Panel>
  );
}
