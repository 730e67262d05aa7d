import { SegmentedControl, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Panel } from '../../design/panel.tsx';
import { SeriesChart } from './series-chart.tsx';
import { SeriesQuestion } from './series-question.tsx';
import type { Question } from './series-question.tsx';
import { useEventNames } from './use-analytics.ts';

type Days = '1' | '7' | '30' | '90';

/** One question about events and its answer over time. The question is in the address. */
export function SeriesPanel() {
  const {
    event: asked,
    measure = 'count',
    interval = 'day',
    days = '30',
    by,
  } = useSearch({ from: '/signed-in/projects/$projectId/analytics' });
  const navigate = useNavigate({ from: '/projects/$projectId/analytics' });
  const names = useEventNames();
  const question: Question = { event: asked ?? names.data?.items[0]?.event ?? '', measure, interval, by };
  const change = (part: Partial<Question> & { days?: Days }) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  return (
    <Panel
      title="Over time"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Range"
          value={days}
          onChange={(next) => change({ days: next as Days })}
          data={[
            { value: '1', label: '24 h' },
            { value: '7', label: '7 d' },
            { value: '30', label: '30 d' },
            { value: '90', label: '90 d' },
          ]}
        />
      }
    >
      <SeriesQuestion question={question} onChange={change} />
      {question.event === '' ? (
        <Text size="sm" c="dimmed">
          The first event will be charted here.
        </Text>
      ) : (
        <SeriesChart question={question} days={Number(days)} />
      )}
    </Panel>
  );
}
