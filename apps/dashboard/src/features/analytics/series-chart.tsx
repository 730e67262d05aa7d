import { Skeleton, Text } from '@mantine/core';
import { useMemo } from 'react';
import { LineChart } from '../../design/line-chart.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import type { Question } from './series-question.tsx';
import { useSeries } from './use-analytics.ts';

const KEYS: Readonly<Record<string, string>> = { all: 'All', __none__: 'Without a value', __other__: 'Other' };

/** The answer to a question about events. */
export function SeriesChart({ question, days }: { question: Question; days: number }) {
  const { by, ...asked } = question;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const { data, error, isLoading } = useSeries({ ...asked, timeZone, days, ...(by === undefined ? {} : { by }) });
  const series = useMemo(() => data?.series.map(({ key, points }) => ({ name: KEYS[key] ?? key, points })) ?? [], [data]);
  const total = series.reduce((sum, { points }) => sum + points.reduce((part, { value }) => part + value, 0), 0);
  if (error) return <ProblemPanel error={error} />;
  if (isLoading || data === undefined) return <Skeleton h={280} />;
  return (
    <>
      <LineChart label={`${question.event}, ${question.measure} per ${question.interval}`} kind="bar" series={series} />
      <Text size="sm" c="dimmed" mt={4} role="status">
        {total.toLocaleString('en')} in {days === 1 ? '24 hours' : `${days} days`}
      </Text>
    </>
  );
}
