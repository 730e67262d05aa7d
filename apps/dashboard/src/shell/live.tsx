import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { LiveConnection } from './live-connection.ts';
import type { Interest, LiveEvent, LiveState } from './live-connection.ts';
import { useLatest } from './use-latest.ts';

const LiveContext = createContext<LiveConnection | null>(null);

/** Opens the live connection of a project for the screens inside. */
export function LiveProvider({ projectId, children }: { projectId: string; children: ReactNode }) {
  const client = useQueryClient();
  const [connection] = useState(
    () => new LiveConnection(projectId, { onReconnect: () => void client.invalidateQueries({ queryKey: [`/p/${projectId}/v1`] }) }),
  );
  useEffect(() => {
    void connection.start();
    return () => connection.stop();
  }, [connection]);
  return <LiveContext value={connection}>{children}</LiveContext>;
}

function useConnection(): LiveConnection {
  const connection = useContext(LiveContext);
  if (connection === null) throw new Error('This screen needs a live connection.');
  return connection;
}

/** Whether the live connection stands, and when it last brought something. */
export function useLiveState(): LiveState {
  const connection = useConnection();
  return useSyncExternalStore(connection.observe, connection.state);
}

/** Calls back for every event of a topic while the screen is open. */
export function useLiveEvents(topic: string, onEvent: (event: LiveEvent) => void): void {
  const connection = useConnection();
  const latest = useLatest(onEvent);
  useEffect(() => connection.watch(topic, (event) => latest.current(event)), [connection, topic, latest]);
}

/** Calls back for every change of the documents that meet the condition, while the screen is open. */
export function useLiveDocuments({ collection, where, onChange }: Interest): void {
  const connection = useConnection();
  const latest = useLatest(onChange);
  const condition = where === undefined ? undefined : JSON.stringify(where);
  useEffect(
    () =>
      connection.subscribe({
        collection,
        ...(condition === undefined ? {} : { where: JSON.parse(condition) as unknown }),
        onChange: (change) => latest.current(change),
      }),
    [connection, collection, condition, latest],
  );
}
