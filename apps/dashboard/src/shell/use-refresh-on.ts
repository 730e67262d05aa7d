import { useThrottledCallback } from '@mantine/hooks';
import { useLiveEvents } from './live.tsx';
import { useProjectApi } from './project.ts';
import { useListChanges } from './use-list-changes.ts';

/** Reads the given paths again, at most once a second, while events of the topic come in. */
export function useRefreshOn(topic: string, paths: readonly string[]): void {
  const changed = useListChanges(useProjectApi());
  const refresh = useThrottledCallback(() => {
    for (const path of paths) void changed(path);
  }, 1_000);
  useLiveEvents(topic, refresh);
}
