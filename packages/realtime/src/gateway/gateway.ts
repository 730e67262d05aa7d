import type { Server as HttpServer } from 'node:http';
import type { Clock, LifecyclePart, Logger, ProjectContext } from '@mainstay/kernel';
import { createId } from '@mainstay/kernel';
import type { Data } from '@mainstay/data';
import type { Resolvers } from '@mainstay/http';
import { problemBody, toProblem } from '@mainstay/http';
import type { Store } from '@mainstay/store';
import type { Socket } from 'socket.io';
import { Server } from 'socket.io';
import type { ChannelRuleBook } from '../channels/channel-rules.service.ts';
import type { Channels } from '../channels/channels.service.ts';
import type { RealtimeSettings } from '../realtime.settings.ts';
import { Handshake } from '../schema.ts';
import type { ProjectFeeds } from '../subscriptions/project-feed.ts';
import type { SocketCredentials } from './authenticate-socket.ts';
import { authenticateSocket } from './authenticate-socket.ts';
import type { ConnectionParts } from './connection.ts';
import { Connection } from './connection.ts';
import type { Guests } from './guests.ts';
import { parseMessage } from './parse-message.ts';

/** What the gateway works with. */
export interface GatewayOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly settings: RealtimeSettings;
  readonly data: Data;
  readonly resolvers: Resolvers;
  readonly feeds: ProjectFeeds;
  readonly channels: Channels;
  readonly channelRules: ChannelRuleBook;
  readonly guests: Guests;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** The socket door of one process. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #parts: ConnectionParts;
  readonly #server: Server;
  readonly #guests: Guests;
  #isDraining = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#parts = options;
    this.#guests = options.guests;
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
    options.store.signals.onAnnounce((project, announcement) => {
      for (const guest of this.#guests.of(project)) guest.announce?.(announcement);
    });
  }

  /** Takes sockets at `/realtime` of this HTTP server. */
  attach(server: HttpServer): void {
    this.#server.attach(server);
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
      this.#guests.checkRoom(context);
      socket.data = { context, credentials };
    } catch (error) {
      const problem = toProblem(error, log);
      throw Object.assign(new Error(problem.message), { data: problemBody(problem, createId()) });
    }
  }

  #enter(socket: Socket): void {
    const { context, credentials } = socket.data as { context: ProjectContext; credentials: SocketCredentials };
    if (this.#isDraining) return void socket.disconnect(true);
    const connection = new Connection(socket, context, this.#parts);
    socket.on('disconnect', this.#guests.enter(connection, credentials));
  }

  #drain(): Promise<void> {
    this.#isDraining = true;
    this.#guests.dismiss();
    this.#server.disconnectSockets(true);
    // The HTTP server is not ours to close.
    this.#server.engine.close();
    return Promise.resolve();
  }
}
