import type { ProjectId } from '@mainstay/kernel';
import type { AedesClient } from '../aedes-client.ts';
import type { Connection } from './connection.ts';

/** The connections of this process, by aedes client and by project. */
export class Connections {
  readonly #byClient = new WeakMap<object, Connection>();
  readonly #byId = new Map<string, Connection>();
  readonly #byProject = new Map<ProjectId, Map<AedesClient, Connection>>();

  get(client: object | null): Connection | undefined {
    return client === null ? undefined : this.#byClient.get(client);
  }

  /** The newest connection with this canonical client identifier. */
  byId(clientId: string): Connection | undefined {
    return this.#byId.get(clientId);
  }

  add(client: AedesClient, connection: Connection): void {
    const { id } = connection.context.project;
    this.#byClient.set(client, connection);
    this.#byId.set(client.id, connection);
    const clients = this.#byProject.get(id) ?? new Map<AedesClient, Connection>();
    this.#byProject.set(id, clients.set(client, connection));
  }

  /** @returns the connection if it was still counted. */
  remove(client: AedesClient): Connection | undefined {
    const connection = this.#byClient.get(client);
    if (connection === undefined) return undefined;
    const clients = this.#byProject.get(connection.context.project.id);
    const wasThere = clients?.delete(client) === true;
    if (this.#byId.get(client.id) === connection) this.#byId.delete(client.id);
    if (clients?.size === 0) this.#byProject.delete(connection.context.project.id);
    return wasThere ? connection : undefined;
  }

  of(project: ProjectId): readonly (readonly [AedesClient, Connection])[] {
    return [...(this.#byProject.get(project) ?? [])];
  }

  all(): readonly (readonly [AedesClient, Connection])[] {
    return [...this.#byProject.values()].flatMap((clients) => [...clients]);
  }
}
