import type { Server as HttpServer } from 'node:http';
import type { Clock, LifecyclePart, Logger, ProjectContext, ProjectId } from '@mainstay/kernel';
import { createId, limitExceeded } from '@mainstay/kernel';
import type { Data } from '@mainstay/data';
import type { Resolvers } from '@mainstay/http';
import { problemBody, toProblem } from '@mainstay/http';
import type { Store } from '@mainstay/store';
import type { Socket } from 'socket.io';
import { Server } from 'socket.io';
import type { RealtimeSettings } from '../realtime.settings.ts';
import { Handshake } from '../schema.ts';
import { ProjectFeeds } from '../subscriptions/project-feed.ts';
import type { SocketCredentials } from './authenticate-socket.ts';
import { authenticateSocket } from './authenticate-socket.ts';
import type { ConnectionParts } from './connection.ts';
import { Connection } from './connection.ts';
import { parseMessage } from './parse-message.ts';

/** What the gateway works with. */
export interface GatewayOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly settings: RealtimeSettings;
  readonly data: Data;
  readonly resolvers: Resolvers;
}

interface Entry {
  readonly connection: Connection;
  readonly credentials: SocketCredentials;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** The socket door of one process. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #parts: ConnectionParts;
  readonly #server: Server;
  readonly #entries = new Map<ProjectId, Set<Entry>>();
  #recheck: NodeJS.Timeout | undefined;
  #isDraining = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#parts = { ...options, feeds: new ProjectFeeds(options.store) };
    this.#server = new Server({
      path: '/realtime',
      serveClient: false,
      // Any page may ask, but without cookies: what it may do is decided by its key and the project's origins.
      cors: { origin: true, credentials: false },
      cookie: false,
      perMessageDeflate: false,
      httpCompression: false,
      maxHttpBufferSize: options.settings.messageMaxBytes,
      connectTimeout: CONNECT_TIMEOUT_MS,
    });
    this.#server.use((socket, next) => void this.#admit(socket).then(() => next(), next));
    this.#server.on('connection', (socket) => this.#enter(socket));
    this.#listen();
  }

  /** Takes sockets at `/realtime` of this HTTP server. */
  attach(server: HttpServer): void {
    this.#server.attach(server);
    this.#recheck = setInterval(() => {
      for (const project of this.#entries.keys()) this.#authenticateAgain(project, () => true);
    }, this.#options.settings.recheckMs).unref();
  }

  asPart(): LifecyclePart {
    return { name: 'realtime', drain: () => this.#drain() };
  }

  /** Lets the socket in, or fails with the problem as `data` of the client's `connect_error`. */
  async #admit(socket: Socket): Promise<void> {
    const { log, resolvers } = this.#options;
    try {
      const credentials = { auth: parseMessage(Handshake, socket.handshake.auth), headers: socket.handshake.headers };
      const context = await authenticateSocket(resolvers, credentials, log);
      const allowed = context.project.limits.connections;
      if (this.#options.store.usage.connections(context.project.id) >= allowed) throw limitExceeded({ limit: 'connections', allowed });
      socket.data = { context, credentials };
    } catch (error) {
      const problem = toProblem(error, log);
      throw Object.assign(new Error(problem.message), { data: problemBody(problem, createId()) });
    }
  }

  #enter(socket: Socket): void {
    const { context, credentials } = socket.data as { context: ProjectContext; credentials: SocketCredentials };
    if (this.#isDraining) return void socket.disconnect(true);
    const { id } = context.project;
    const entry = { connection: new Connection(socket, context, this.#parts), credentials };
    const entries = this.#entries.get(id) ?? new Set();
    this.#entries.set(id, entries.add(entry));
    const { usage } = this.#options.store;
    usage.setConnections('realtime', id, entries.size);
    socket.on('disconnect', () => {
      entries.delete(entry);
      usage.setConnections('realtime', id, entries.size);
      if (entries.size === 0) this.#entries.delete(id);
    });
  }

  #listen(): void {
    const { signals } = this.#options.store;
    signals.onAnnounce((project, announcement) => {
      for (const { connection } of this.#entries.get(project) ?? []) connection.announce(announcement);
    });
    signals.onInvalidate('principal', (key) => {
      const [project = '', type, id] = key.split(':');
      this.#authenticateAgain(project, ({ principal }) => type === principal.type && 'id' in principal && principal.id === id);
    });
    signals.onInvalidate('session', (key) =>
      this.#authenticateAgain(key.split(':')[0] ?? '', ({ principal }) => principal.type === 'user'),
    );
    signals.onInvalidate('project', (key) => this.#authenticateAgain(key.split(':')[0] ?? '', () => true));
    signals.onInvalidate('collection', (key) => {
      const [project = '', name = ''] = key.split(':');
      for (const { connection } of this.#entries.get(project as ProjectId) ?? []) later(() => connection.refresh(name, false));
    });
  }

  /** Whoever is no longer let in is cut; whoever is someone else now sees by other rules. */
  #authenticateAgain(project: string, concerns: (context: ProjectContext) => boolean): void {
    const { resolvers, log } = this.#options;
    for (const { connection, credentials } of this.#entries.get(project as ProjectId) ?? []) {
      if (!concerns(connection.context())) continue;
      later(async () => {
        try {
          await connection.adopt(await authenticateSocket(resolvers, credentials, log));
        } catch (error) {
          const problem = toProblem(error, log);
          // A store that is away for a moment is no reason to cut everybody off.
          if (problem.status < 500) connection.socket.disconnect(true);
        }
      });
    }
  }

  #drain(): Promise<void> {
    this.#isDraining = true;
    clearInterval(this.#recheck);
    for (const entries of this.#entries.values()) {
      for (const { connection } of entries) {
        connection.send('reconnect', { afterMs: Math.round(Math.random() * this.#options.settings.reconnectWithinMs) });
      }
    }
    this.#server.disconnectSockets(true);
    // The HTTP server is not ours to close.
    this.#server.engine.close();
    return Promise.resolve();
  }
}

/** After the other listeners of the same news have forgotten what they knew. */
function later(work: () => Promise<void>): void {
  setImmediate(() => void work());
}
