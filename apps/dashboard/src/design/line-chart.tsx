import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { TimeChartProps } from './time-chart.tsx';

const TimeChart = lazy(async () => ({ default: (await import('./time-chart.tsx')).TimeChart }));

/** A chart over time. Its library is loaded when it is first shown. */
export function LineChart(props: TimeChartProps) {
  return (
    <Suspense fallback={<Skeleton h={props.height ?? 280} />}>
      <TimeChart {...props} />
    </Suspense>
  );
}
