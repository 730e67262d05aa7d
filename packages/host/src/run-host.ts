import type { Project, ProjectId } from '@mainstay/kernel';
import { Lifecycle } from '@mainstay/kernel';
import type { Http, HttpSettings, Resolvers } from '@mainstay/http';
import { createHttp, IdempotencyKind } from '@mainstay/http';
import { createAdminServer } from './admin-server.ts';
import type { ApiParts, BrokerParts, Module, WorkerParts } from './define-module.ts';
import { DeadLetterKind } from './dead-letters.model.ts';
import { deadLettersRoutes } from './dead-letters.routes.ts';
import { CheckpointKind, consumerJob, ticketConsumers } from './feed-consumers.ts';
import type { Frame } from './frame.ts';
import type { HostSettings } from './host.settings.ts';
import type { Metrics } from './metrics.ts';

/** What the host runs. */
export interface HostOptions {
  readonly frame: Frame;
  readonly settings: { readonly host: HostSettings; readonly http: HttpSettings };
  readonly modules: readonly Module[];
  readonly resolvers: Resolvers;
  readonly loadProject: (id: ProjectId) => Promise<Project | null>;
  /** 32 bytes that seal the answers which are kept for repeated requests. */
  readonly answerKey: Buffer;
  /** Compares each answer with its description and fails where they differ; for tests. */
  readonly checksAnswers?: boolean | undefined;
  readonly dashboardDirectory?: string | undefined;
}

/** A running process. */
export interface RunningHost {
  readonly port: number;
  readonly adminPort: number;
  /** Drains doors, then workers, then stores; at most a few seconds each. */
  end(): Promise<void>;
}

/**
 * Prepares the stores, starts the parts of the roles that this process plays, and opens the doors last.
 * The order of starting is the reverse of the order of ending.
 */
export async function runHost(options: HostOptions): Promise<RunningHost> {
  const { frame, modules, settings } = options;
  const { roles } = settings.host;
  const lifecycle = new Lifecycle(frame.log);
  const { metrics } = frame;
  try {
    await lifecycle.start(frame.store.asPart());
    await lifecycle.start(frame.jobs.asPart());
    const kinds = [IdempotencyKind, CheckpointKind, DeadLetterKind, ...modules.flatMap((module) => module.kinds ?? [])];
    await frame.store.prepare(
      kinds,
      modules.flatMap((module) => module.migrations ?? []),
    );
    const worker = roles.includes('worker') ? await load(modules, 'worker') : [];
    const broker = roles.includes('broker') ? await load(modules, 'broker') : [];
    const api = roles.includes('api') ? await load(modules, 'api') : [];
    await startWorker(worker, options, { lifecycle, metrics });
    const http = api.length > 0 || broker.length > 0 ? createDoor(api, options, metrics) : undefined;
    // Ended after the sockets that hang on it: a server that closes waits for every connection.
    if (http !== undefined) await lifecycle.start(http);
    for (const parts of [...broker, ...api]) for (const part of parts.parts ?? []) await lifecycle.start(part);
    const admin = createAdminServer({
      host: settings.host.adminHost,
      port: settings.host.adminPort,
      metrics,
      readiness: async () => {
        const { mongo, redis } = await frame.store.ping();
        const feed = mongo ? await frame.store.feed.status().catch(() => null) : null;
        return { ready: mongo, checks: { mongo, redis }, feed };
      },
    });
    await lifecycle.start(admin);
    const port = http === undefined ? 0 : await open(http, [...broker, ...api], settings.host);
    if (http !== undefined) frame.place.listensOn(port);
    return { port, adminPort: admin.port(), end: () => lifecycle.end() };
  } catch (error) {
    await lifecycle.end();
    throw error;
  }
}

async function load<R extends 'api' | 'broker' | 'worker'>(modules: readonly Module[], role: R) {
  const loaded: (ApiParts & BrokerParts & WorkerParts)[] = [];
  for (const module of modules) {
    const parts = await module[role]?.({ routes: () => (loaded as ApiParts[]).flatMap(({ routes }) => routes ?? []) });
    if (parts !== undefined) loaded.push(parts as ApiParts & BrokerParts & WorkerParts);
  }
  return loaded as (R extends 'api' ? ApiParts : R extends 'broker' ? BrokerParts : WorkerParts)[];
}

async function startWorker(
  worker: readonly WorkerParts[],
  { frame, loadProject, settings }: HostOptions,
  { lifecycle, metrics }: { lifecycle: Lifecycle; metrics: Metrics },
): Promise<void> {
  if (!settings.host.roles.includes('worker')) return;
  const consumers = worker.flatMap((parts) => parts.consumers ?? []);
  const definitions = [...worker.flatMap((parts) => parts.jobs ?? []), ...consumers.map((consumer) => consumerJob(consumer, frame.store))];
  await lifecycle.start(frame.jobs.createWorker(definitions, loadProject));
  for (const part of worker.flatMap((parts) => parts.parts ?? [])) await lifecycle.start(part);
  const wake = ticketConsumers(consumers, { jobs: frame.jobs, loadProject, log: frame.log });
  const reader = frame.store.createFeedReader(wake);
  metrics.gauge('feed_events', 'Changes that this process put into the feed', () => reader.state.events);
  metrics.gauge('feed_skipped', 'Changes that were too large for the feed', () => reader.state.skipped);
  metrics.gauge('feed_leader', 'Whether this process reads the change stream', () => Number(reader.state.isLeader));
  metrics.gauge('feed_lag_seconds', 'Age of the newest change of the last batch when it was stored', () => reader.state.lagMs / 1_000);
  metrics.gauge('feed_backlog', 'Changes in the last batch: 1000 mean that more are waiting', () => reader.state.backlog);
  metrics.gauge('feed_token_age_seconds', 'Time since this process stored how far the feed is; 0 where it never did', () =>
    reader.state.storedAt === null ? 0 : (Date.now() - reader.state.storedAt.getTime()) / 1_000,
  );
  await lifecycle.start(reader);
}

function createDoor(api: readonly ApiParts[], options: HostOptions, metrics: Metrics): Http {
  const { frame, settings, resolvers, answerKey, checksAnswers, dashboardDirectory } = options;
  return createHttp({
    settings: settings.http,
    store: frame.store,
    clock: frame.clock,
    log: frame.log,
    resolvers,
    answerKey,
    checksAnswers,
    routes: [...api.flatMap((parts) => parts.routes ?? []), ...deadLettersRoutes(frame)],
    dashboardDirectory: settings.host.roles.includes('api') ? dashboardDirectory : undefined,
    onFinished: metrics.observeRequest,
  });
}

async function open(http: Http, parts: readonly (ApiParts | BrokerParts)[], settings: HostSettings): Promise<number> {
  for (const { attach } of parts) attach?.(http.server);
  return http.listen(settings.port, settings.host);
}
