import type { Clock, Logger, ProjectContext, ProjectId } from '@mainstay/kernel';
import { createId, limitExceeded, Problem, serviceUnavailable } from '@mainstay/kernel';
import type { ConnectPacket } from 'aedes';
import type { AedesClient } from '../aedes-client.ts';
import { clientIdRefused, topicForbidden } from '../mqtt.problems.ts';
import { problemReason } from '../problem-reason.ts';
import type { ProjectPlaces } from '../sessions/session-places.ts';
import type { PacketRewriter } from '../topics/rewrite-packets.ts';
import type { Usage } from '@mainstay/store';
import type { BrokerMetrics } from '../broker-metrics.ts';
import type { Connection, ConnectionOrigin } from './connection.ts';
import { createConnection } from './connection.ts';
import type { Connections } from './connections.ts';

/** What a client presents in CONNECT. */
export interface ConnectRequest extends ConnectionOrigin {
  readonly clientId: string;
  readonly userName: string | undefined;
  readonly password: Buffer | undefined;
}

/** Checks credentials: whose connection it is, or a problem. Users and certificates would be further ways to answer. */
export type Authenticate = (request: ConnectRequest) => Promise<ProjectContext>;

/** What the check of CONNECT needs. */
export interface AuthenticatorOptions {
  readonly authenticate: Authenticate;
  readonly places: ProjectPlaces;
  readonly connections: Connections;
  readonly usage: Usage;
  readonly rewriter: PacketRewriter;
  readonly timeoutMs: number;
  readonly log: Logger;
  readonly metrics: BrokerMetrics;
  readonly clock: Clock;
  /** Told before the first connection of a project in this process is accepted. */
  readonly onFirstConnection: (context: ProjectContext) => Promise<void>;
}

/** What CONNECT said, kept from before aedes looks at it. */
interface Announced {
  readonly clientId: string;
  readonly isClean: boolean;
}

const MAX_CLIENT_ID_LENGTH = 256;

/** The two hooks of aedes around CONNECT. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #origins = new WeakMap<AedesClient, ConnectionOrigin>();
  readonly #announced = new WeakMap<AedesClient, Announced>();
  readonly #beginning = new Map<ProjectId, Promise<void>>();
  #lastConnectedAt = 0;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /** Notes where a new connection comes from. */
  admit(client: AedesClient, origin: ConnectionOrigin): void {
    this.#origins.set(client, origin);
  }

  /** Takes the client identifier away from aedes, which would use it (as anybody's) before we know whose it is. */
  preConnect(client: AedesClient, packet: ConnectPacket): void {
    this.#announced.set(client, { clientId: packet.clientId, isClean: packet.clean === true });
    packet.clientId = '';
  }

  /** Signs the client in, or throws the problem with the return code for CONNACK. */
  async authenticate(client: AedesClient, userName: string | undefined, password: Buffer | undefined): Promise<void> {
    const { connections, places, metrics, log, usage } = this.#options;
    const { transport, address } = this.#origins.get(client) ?? { transport: 'tcp', address: '' };
    try {
      const clientId = this.#clientIdOf(client);
      const context = await this.#withTimeout({ clientId, userName, password, transport, address });
      const { project } = context;
      if (usage.connections(project.id) >= project.limits.connections) {
        throw limitExceeded({ limit: 'connections', allowed: project.limits.connections });
      }
      if (places.connectionsOf(project.id) === 0) await this.#begin(context);
      if (client.closed) return;
      const connection = createConnection({ context, clientId, transport, address, connectedAt: this.#nextConnectedAt() });
      this.#rewriteWill(client, connection);
      client.id = `${project.id}:${principalKey(context)}:${clientId}`;
      usage.setConnections('mqtt', project.id, places.enter(project));
      connections.add(client, connection);
    } catch (error) {
      metrics.refused(error instanceof Problem ? error.code : 'internal_error');
      if (error instanceof Problem) log.info({ code: error.code, address }, 'MQTT connection refused');
      else log.error({ err: error, address }, 'MQTT connection failed');
      throw Object.assign(new Error('connection refused', { cause: error }), { returnCode: problemReason(error).connackCode });
    }
  }

  /** One announcement for all clients of a project that come at once. */
  async #begin(context: ProjectContext): Promise<void> {
    const { id } = context.project;
    const beginning = this.#beginning.get(id) ?? this.#options.onFirstConnection(context).finally(() => this.#beginning.delete(id));
    this.#beginning.set(id, beginning);
    await beginning;
  }

  #clientIdOf(client: AedesClient): string {
    const { clientId = '', isClean = true } = this.#announced.get(client) ?? {};
    if (clientId === '' && !isClean) throw clientIdRefused({ reason: 'A session that is kept needs a client identifier.' }); // [MQTT-3.1.3-8]
    if (clientId.length > MAX_CLIENT_ID_LENGTH || clientId.includes('\0') || clientId.includes('\uFFFD')) {
      throw clientIdRefused({ reason: `A client identifier has at most ${MAX_CLIENT_ID_LENGTH} characters and no NUL.` });
    }
    return clientId === '' ? `auto-${createId()}` : clientId;
  }

  /** aedes stops its own timer when CONNECT arrives, however long the answer takes. */
  async #withTimeout(request: ConnectRequest): Promise<ProjectContext> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(serviceUnavailable({ part: 'check of credentials' })), this.#options.timeoutMs);
    });
    try {
      return await Promise.race([this.#options.authenticate(request), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #rewriteWill(client: AedesClient, connection: Connection): void {
    const will = client._will;
    if (will === null || will === undefined) return;
    const { wire, target } = this.#options.rewriter.rewritePublish(connection, will);
    if (target === null) throw topicForbidden({ topic: wire });
  }

  #nextConnectedAt(): number {
    this.#lastConnectedAt = Math.max(this.#lastConnectedAt + 1, this.#options.clock.now());
    return this.#lastConnectedAt;
  }
}

/** The principal's part of a canonical client identifier: the same for all of its connections. */
export function principalKey({ principal }: ProjectContext): string {
  return 'id' in principal ? `${principal.type}.${principal.id}` : principal.type;
}
