import type { Logger } from '@mainstay/kernel';
import type { MongoClient } from 'mongodb';
import mongoose from 'mongoose';
import os from 'node:os';

/** How often the servers are asked whether they live, and how long one may take to answer: what hung longer is given up. */
const HEARTBEAT_MS = 3_000;
const CONNECT_TIMEOUT_MS = 4_000;
/** How long an operation waits for a server or a pooled connection before it fails as unavailable. */
const SERVER_SELECTION_TIMEOUT_MS = 2_500;
const WAIT_QUEUE_TIMEOUT_MS = 2_000;
/** A majority that does not answer within this time is an unknown outcome. */
const WRITE_TIMEOUT_MS = 4_000;
const RETRY_PAUSE_MS = 500;

/** The connection to one MongoDB cluster. Mongoose owns it and defines models; the hot path uses the native client. */
export interface MongoConnection {
  readonly mongoose: mongoose.Connection;
  readonly client: MongoClient;
  /** Whether no server could be written to for a moment already: asking it would only add to the wait. */
  readonly isAway: () => boolean;
  close(): Promise<void>;
}

/**
 * Connects, waiting for a cluster that is still starting for at most `patienceMs`.
 * Every acknowledged write is journalled on a majority; every read sees only what a majority has.
 */
export async function connectMongo(
  url: string,
  options: { poolSize: number; patienceMs: number; monitorCommands: boolean; log: Logger },
): Promise<MongoConnection> {
  const deadline = Date.now() + options.patienceMs;
  for (let attempt = 1; ; attempt += 1) {
    const connection = mongoose.createConnection(url, {
      maxPoolSize: options.poolSize,
      serverSelectionTimeoutMS: SERVER_SELECTION_TIMEOUT_MS,
      heartbeatFrequencyMS: HEARTBEAT_MS,
      connectTimeoutMS: CONNECT_TIMEOUT_MS,
      waitQueueTimeoutMS: WAIT_QUEUE_TIMEOUT_MS,
      writeConcern: { w: 'majority', journal: true, wtimeoutMS: WRITE_TIMEOUT_MS },
      readConcern: { level: 'majority' },
      compressors: ['none'],
      ignoreUndefined: true,
      monitorCommands: options.monitorCommands,
      autoIndex: false,
      autoCreate: false,
      bufferCommands: false,
      // The driver would load it by a dynamic import, which fails inside the tests' sandbox and costs a turn elsewhere.
      runtimeAdapters: { os },
      // Driver 7.8 looks fields up in a plain object here and returns those called like its members, e.g. `toString`, as raw bytes.
      fieldsAsRaw: Object.create(null) as Record<string, boolean>,
    });
    try {
      await connection.asPromise();
      const client = connection.getClient();
      return { mongoose: connection, client, isAway: watchOutages(client, options.log), close: () => connection.close() };
    } catch (error) {
      await connection.close().catch(() => undefined);
      if (Date.now() > deadline)
        throw new Error(
          `MongoDB did not answer within ${Math.round(options.patienceMs / 1_000)} s. Is MAINSTAY_MONGO_URL right, and is it running?`,
          {
            cause: error,
          },
        );
      if (attempt === 1) options.log.warn({ err: error }, 'MongoDB does not answer yet; waiting for it');
      await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
    }
  }
}

/** Long enough for a primary that hands over in order; requests wait for it. */
const MOMENT_MS = 2_000;
const WRITABLE = new Set(['RSPrimary', 'Standalone', 'Mongos', 'LoadBalancer']);

/** Says once that MongoDB went away and once that it is back, instead of once per request. Returns whether it is away for longer than a moment. */
function watchOutages(client: MongoClient, log: Logger): () => boolean {
  let downSince: number | null = null;
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    if (newDescription.servers.size === 0) return;
    const hasPrimary = [...newDescription.servers.values()].some(({ type }) => WRITABLE.has(type));
    if (hasPrimary === (downSince === null)) return;
    downSince = hasPrimary ? null : Date.now();
    if (hasPrimary) log.info('MongoDB is back');
    else log.error('MongoDB is away: requests that need it are answered 503 until it is back');
  });
  return () => downSince !== null && Date.now() - downSince > MOMENT_MS;
}
