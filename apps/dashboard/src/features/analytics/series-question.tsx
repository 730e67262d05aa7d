import { Autocomplete, Group, NativeSelect, TextInput } from '@mantine/core';
import type { Measure, QueryInterval } from './analytics-shapes.ts';
import { useEventNames } from './use-analytics.ts';

/** What is charted. */
export interface Question {
  readonly event: string;
  readonly measure: Measure;
  readonly interval: QueryInterval;
  readonly by: string | undefined;
}

export interface SeriesQuestionProps {
  readonly question: Question;
  readonly onChange: (part: Partial<Question>) => void;
}

/** The fields that ask for a chart: event, measure, interval, breakdown. */
export function SeriesQuestion({ question, onChange }: SeriesQuestionProps) {
  const { event, measure, interval, by = '' } = question;
  const names = useEventNames();
  const breakDown = (text: string) => text.trim() !== by && onChange({ by: text.trim() || undefined });
  return (
    <Group gap="sm" mb="sm" align="flex-end">
      <Autocomplete
        key={event}
        label="Event"
        data={names.data?.items.map((name) => name.event) ?? []}
        defaultValue={event}
        onOptionSubmit={(next) => onChange({ event: next })}
        onKeyDown={({ key, currentTarget }) => key === 'Enter' && onChange({ event: currentTarget.value })}
        style={{ flex: '2 1 180px' }}
      />
      <NativeSelect
        label="Measure"
        value={measure}
        data={[
          { value: 'count', label: 'Count' },
          { value: 'unique', label: 'People' },
          { value: 'sum', label: 'Sum of value' },
        ]}
        onChange={({ currentTarget }) => onChange({ measure: currentTarget.value as Measure })}
        style={{ flex: '1 1 110px' }}
      />
      <NativeSelect
        label="Interval"
        value={interval}
        data={['hour', 'day', 'week', 'month']}
        onChange={({ currentTarget }) => onChange({ interval: currentTarget.value as QueryInterval })}
        style={{ flex: '1 1 100px' }}
      />
      <TextInput
        key={`by-${by}`}
        label="Breakdown by"
        placeholder="platform"
        defaultValue={by}
        onBlur={({ currentTarget }) => breakDown(currentTarget.value)}
        onKeyDown={({ key, currentTarget }) => key === 'Enter' && breakDown(currentTarget.value)}
        style={{ flex: '1 1 120px' }}
      />
    </Group>
  );
}
