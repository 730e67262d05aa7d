import type { CommandStartedEvent, MongoClient } from 'mongodb';

/** One command that this process sent to MongoDB. */
export interface ObservedCommand {
  readonly name: string;
  readonly database: string;
  readonly collection: string;
  readonly command: Readonly<Record<string, unknown>>;
}

const HOUSEKEEPING = new Set(['hello', 'ismaster', 'ping', 'endSessions', 'getMore', 'killCursors', 'saslStart', 'saslContinue']);

/** Calls the listener for every command that concerns data. Needs a client with `monitorCommands`. @returns the end of it. */
export function observeCommands(client: MongoClient, listener: (command: ObservedCommand) => void): () => void {
  const onStarted = (event: CommandStartedEvent): void => {
    if (HOUSEKEEPING.has(event.commandName)) return;
    const target: unknown = event.command[event.commandName];
    listener({
      name: event.commandName,
      database: event.databaseName,
      collection: typeof target === 'string' ? target : '',
      command: event.command as Record<string, unknown>,
    });
  };
  client.on('commandStarted', onStarted);
  return () => client.off('commandStarted', onStarted);
}
