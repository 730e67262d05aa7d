import type { LifecyclePart, Logger, ProjectContext } from '@mainstay/kernel';
import type { Redis } from 'ioredis';
import { Attempts } from './attempts.ts';
import type { ObservedCommand } from './command-monitor.ts';
import { observeCommands } from './command-monitor.ts';
import { DocumentStore } from './documents/document-store.ts';
import { ProjectDatabases } from './documents/project-databases.ts';
import { ProjectIndexes } from './documents/project-indexes.ts';
import { eraseRows, findRows } from './erase-project.ts';
import { ChangeFeed } from './feed/change-feed.ts';
import type { FeedEvent } from './feed/feed-event.ts';
import { FeedReader } from './feed/feed-reader.ts';
import { FeedRows } from './feed/feed-rows.ts';
import { FeedWriter } from './feed/feed-writer.ts';
import type { AnyKind, ControlKind, Kind, Row } from './kinds/define-kind.ts';
import { KindRegistry } from './kinds/kind-registry.ts';
import { KindStore } from './kinds/kind-store.ts';
import { controlRows, projectRows } from './kinds/row-mapping.ts';
import { Leases } from './leases.ts';
import type { Migration } from './migrations.ts';
import { runMigrations } from './migrations.ts';
import { connectMongo } from './mongo-connection.ts';
import { Presence } from './presence.ts';
import type { RedisProfile } from './redis-connection.ts';
import { connectRedis, createOutageLog } from './redis-connection.ts';
import { Signals } from './signals.ts';
import type { StoreSettings } from './store.settings.ts';
import { findTenantLeak } from './tenant-detector.ts';
import { TicketRows } from './tickets.ts';
import type { TransactionSession } from './transaction.ts';
import { Transactions } from './transaction.ts';
import { Usage } from './usage.ts';

/** How to open the stores. */
export interface StoreOptions {
  readonly mongoUrl: string;
  readonly redisUrl: string;
  readonly settings: StoreSettings;
  readonly log: Logger;
  /** Lets tests watch every command. */
  readonly monitorCommands?: boolean;
}

/** The stores of one process. Everything that belongs to a project is reached with a {@link ProjectContext} and no other way. */
export type Store = Awaited<ReturnType<typeof openStore>>;

/** Collections of the cell that belong to the feed itself and are read across projects by it alone. */
const FEED_COLLECTIONS = new Set(['feed', 'feedHeads', 'feedState']);

/** A transaction that gets no turn within this time is refused, like any other wait for a connection. */
const TRANSACTION_WAIT_MS = 2_000;

/** Connects to MongoDB and Redis. Redis may be away: it is used as soon as it comes. */
export async function openStore(options: StoreOptions) {
  const { settings, log } = options;
  const prefix = settings.databasePrefix;
  const mongo = await connectMongo(options.mongoUrl, {
    poolSize: settings.poolSize,
    patienceMs: settings.startPatienceMs,
    monitorCommands: options.monitorCommands ?? false,
    log,
  });
  const redisConnections: Redis[] = [];
  const redisOutage = createOutageLog(log);
  const redis = (profile: RedisProfile): Redis => {
    const connection = connectRedis(options.redisUrl, profile, redisOutage);
    redisConnections.push(connection);
    return connection;
  };
  const publisher = redis('fast');
  const subscriber = redis('subscriber');
  const controlDatabase = mongo.client.db(`${prefix}mainstay_control`);
  const cellDatabase = mongo.client.db(`${prefix}mainstay_cell`);
  const kinds = new KindRegistry({ connection: mongo.mongoose, controlDatabase, cellDatabase, ...settings });
  const databases = new ProjectDatabases({ client: mongo.client, prefix, ...settings });
  const transactions = new Transactions(mongo.client, {
    concurrent: Math.ceil(settings.poolSize / 2),
    waitMs: TRANSACTION_WAIT_MS,
    timeoutMs: settings.transactionTimeoutMs,
  });
  const leases = new Leases(controlDatabase);
  const tickets = new TicketRows(controlDatabase);
  const feedRows = new FeedRows(mongo.client, cellDatabase);
  const signals = new Signals({ publisher, subscriber, prefix, log });
  const feed = new ChangeFeed({ rows: feedRows, publisher, subscriber: redis('subscriber'), prefix, log });
  signals.start();
  const usage = new Usage({ cellDatabase, publisher, subscriber, prefix, log });
  usage.start();
  const attempts = new Attempts(publisher, prefix);

  return {
    settings,
    leases,
    tickets,
    signals,
    usage,
    attempts,
    feed,
    presence: new Presence({ redis: publisher, prefix }),

    /** The rows of a pooled kind that belong to the context's project. */
    kind<R extends Row>(context: ProjectContext, kind: Kind<R>): KindStore<R> {
      return new KindStore<R>(kinds.collection(kind), projectRows(context.project.id));
    },

    /** The rows of a kind of the control database: for the platform package, which is what decides about projects. */
    control<R extends Row>(kind: ControlKind<R>): KindStore<R> {
      return new KindStore<R>(kinds.collection(kind), controlRows);
    },

    /** The documents of a collection in the project's own database: for the data package, which applies the rules. */
    documents(context: ProjectContext, collection: string): DocumentStore {
      return new DocumentStore(databases.collection(context.project.id, collection));
    },

    /** The project's own database: its indexes and its end. */
    projectDatabase(context: ProjectContext) {
      const { id } = context.project;
      return {
        indexes: (collection: string) => new ProjectIndexes(databases.collection(id, collection)),
        dropCollection: (collection: string) => databases.dropCollection(id, collection),
        drop: () => databases.dropDatabase(id),
      };
    },

    /**
     * Deletes everything that belongs to the context's project: its database, its rows of every kind, its part of the feed, its tickets.
     * Whether some of it is left when the time is up.
     */
    async eraseProject(context: ProjectContext, isTimeUp: () => boolean): Promise<'more' | 'done'> {
      const { id } = context.project;
      await databases.dropDatabase(id);
      if ((await eraseRows(cellDatabase, id, isTimeUp)) === 'more') return 'more';
      await feedRows.forget(id);
      await tickets.forget(id);
      return 'done';
    },

    /** What is left of a project: its database, and the pooled collections that have rows of it. */
    async remainsOf(context: ProjectContext): Promise<string[]> {
      const { id } = context.project;
      const database = await databases.exists(id);
      return [...(database ? ['database'] : []), ...(await findRows(cellDatabase, id))];
    },

    transaction: <T>(run: (session: TransactionSession) => Promise<T>): Promise<T> => transactions.run(run),

    /** Makes the collections and indexes of the kinds, then runs the migrations that have not run. */
    async prepare(all: readonly AnyKind[], migrations: readonly Migration[]): Promise<void> {
      await kinds.prepare(all);
      await tickets.prepare();
      await usage.prepare();
      await feedRows.prepare(settings.feedRetentionDays);
      await runMigrations(migrations, { controlDatabase, leases, log });
    },

    /** The reader of the change stream, for worker processes. `onEvents` hears of every batch after it was stored. */
    createFeedReader(onEvents: (events: readonly FeedEvent[]) => void): FeedReader {
      return new FeedReader({
        client: mongo.client,
        writer: new FeedWriter(cellDatabase),
        leases,
        databasePattern: new RegExp(`^${prefix}d_`),
        projectOf: (database) => databases.projectOf(database),
        publish(events) {
          feed.publish(events);
          onEvents(events);
        },
        log,
      });
    },

    /** A Redis connection for the jobs package, whose library brings its own commands. */
    redis,
    redisPrefix: prefix,

    /** Whether MongoDB is known to be away, without asking it. */
    isAway: mongo.isAway,

    /** Whether each store answers right now. */
    async ping(): Promise<{ mongo: boolean; redis: boolean }> {
      const isUp = (answer: Promise<unknown>): Promise<boolean> =>
        answer.then(
          () => true,
          () => false,
        );
      return {
        mongo: await isUp(controlDatabase.command({ ping: 1 }, { timeoutMS: 1_000 })),
        redis: publisher.status === 'ready' && (await isUp(publisher.ping())),
      };
    },

    /** Calls the listener for every data command (needs `monitorCommands`), with what it may leak between tenants. */
    observe(listener: (command: ObservedCommand, leak: string | null) => void): () => void {
      return observeCommands(mongo.client, (command) =>
        listener(command, findTenantLeak(command, cellDatabase.databaseName, FEED_COLLECTIONS)),
      );
    },

    /** Drops every database of this installation. Refused without a prefix, so that only test installations can. */
    async destroy(): Promise<void> {
      if (prefix === '') throw new Error('an installation without a prefix is not dropped');
      const { databases: all } = await mongo.client.db('admin').admin().listDatabases({ nameOnly: true });
      for (const { name } of all) if (name.startsWith(prefix)) await mongo.client.db(name).dropDatabase();
    },

    /** As a part of the process: drains the coalescers, then closes the connections. */
    asPart(): LifecyclePart {
      return {
        name: 'store',
        async drain() {
          await usage.drain();
          await kinds.drained();
        },
        async stop() {
          feed.close();
          for (const connection of redisConnections) connection.disconnect();
          await mongo.close();
        },
      };
    },
  };
}
