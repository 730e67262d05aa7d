import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Page } from '../../shell/api.ts';
import { isJsonObject } from '../../design/json-text.ts';
import { useLiveEvents } from '../../shell/live.tsx';
import { useProjectApi } from '../../shell/project.ts';
import type { AnalyticsQuery, AnalyticsResult, EventName, RawEvent } from './analytics-shapes.ts';

const SHOWN_EVENTS = 100;

/** The event names of the project. */
export function useEventNames() {
  const api = useProjectApi();
  return useQuery({ queryKey: [api.base, '/analytics/names'], queryFn: () => api.get<Page<EventName>>('/analytics/names') });
}

/** A chart's numbers; `to` is now, rounded so that the question stays the same for a minute. */
export function useSeries(question: Omit<AnalyticsQuery, 'from' | 'to'> & { days: number }) {
  const api = useProjectApi();
  const { days, ...query } = question;
  return useQuery({
    queryKey: [api.base, '/analytics/query', question],
    queryFn: () => {
      const to = new Date();
      const from = new Date(to.getTime() - days * 86_400_000);
      return api.post<AnalyticsResult>('/analytics/query', { ...query, from: from.toISOString(), to: to.toISOString() });
    },
    enabled: query.event !== '',
    placeholderData: keepPreviousData,
  });
}

/** The newest events, to which live ones are added; charts and names are read again when a roll-up is done. */
export function useLiveEventStream() {
  const api = useProjectApi();
  const client = useQueryClient();
  const [isPaused, setPaused] = useState(false);
  const queryKey = [api.base, '/analytics/events'];
  const stored = useQuery({ queryKey, queryFn: () => api.get<Page<RawEvent>>('/analytics/events', { limit: SHOWN_EVENTS }) });
  useLiveEvents('events', ({ type, data }) => {
    if (type === 'analytics.rolled-up') {
      void client.invalidateQueries({ queryKey: [api.base, '/analytics/names'] });
      void client.invalidateQueries({ queryKey: [api.base, '/analytics/query'] });
    }
    if (isPaused || !isJsonObject(data) || typeof data['id'] !== 'string') return;
    const event = data as unknown as RawEvent;
    client.setQueryData<Page<RawEvent>>(queryKey, (old) => {
      const others = old?.items.filter(({ id }) => id !== event.id) ?? [];
      return { items: [event, ...others].slice(0, SHOWN_EVENTS), nextCursor: old?.nextCursor ?? null };
    });
  });
  return { ...stored, events: stored.data?.items ?? [], isPaused, togglePause: () => setPaused(!isPaused) };
}
