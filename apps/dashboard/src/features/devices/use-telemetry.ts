import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Page } from '../../shell/api.ts';
import { isJsonObject } from '../../design/json-text.ts';
import { useLiveEvents } from '../../shell/live.tsx';
import { useProjectApi } from '../../shell/project.ts';
import type { TelemetryItem } from './devices-shapes.ts';

export const RANGES = { '15m': 15 * 60_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 7 * 86_400_000 } as const;
export type TelemetryRange = keyof typeof RANGES;

/** Long ranges are read as averages, so that a chart has at most a few hundred points. */
const INTERVALS: Readonly<Record<TelemetryRange, string | undefined>> = { '15m': undefined, '1h': undefined, '24h': '5m', '7d': '30m' };
const MAX_POINTS = 1_000;

/** `{at, values}` of a live event, in any of the shapes that devices are announced in. */
function itemsOf(data: unknown): readonly TelemetryItem[] {
  if (!isJsonObject(data) || !Array.isArray(data['samples'])) return [];
  return (data['samples'] as unknown[]).flatMap((sample) => {
    if (!isJsonObject(sample) || !isJsonObject(sample['values'])) return [];
    const at = sample['at'];
    const time = typeof at === 'string' || typeof at === 'number' ? new Date(at).toISOString() : new Date().toISOString();
    return [{ at: time, values: sample['values'] }];
  });
}

/** The telemetry of a device over a range, oldest first; what comes in while the page is open is added. */
export function useTelemetry(deviceId: string, range: TelemetryRange) {
  const api = useProjectApi();
  const client = useQueryClient();
  const path = `/devices/${encodeURIComponent(deviceId)}/telemetry`;
  const queryKey = [api.base, path, range];
  const interval = INTERVALS[range];
  const result = useQuery({
    queryKey,
    queryFn: async () => {
      const from = new Date(Date.now() - RANGES[range]).toISOString();
      const aggregated = interval === undefined ? {} : { interval, aggregate: 'avg' };
      const page = await api.get<Page<TelemetryItem>>(path, { from, limit: MAX_POINTS, ...aggregated });
      return [...page.items].sort((a, b) => a.at.localeCompare(b.at));
    },
    refetchInterval: interval === undefined ? false : 60_000,
  });
  useLiveEvents(`device:${deviceId}`, (event) => {
    void client.invalidateQueries({ queryKey: [api.base, '/devices', 'one', deviceId] });
    const items = itemsOf(event.data);
    if (items.length === 0 || interval !== undefined) return;
    const since = new Date(Date.now() - RANGES[range]).toISOString();
    client.setQueryData<TelemetryItem[]>(queryKey, (old = []) => {
      const known = new Set(old.map(({ at }) => at));
      const merged = [...old, ...items.filter(({ at }) => !known.has(at))].filter(({ at }) => at >= since);
      return merged.sort((a, b) => a.at.localeCompare(b.at)).slice(-MAX_POINTS);
    });
  });
  return result;
}
