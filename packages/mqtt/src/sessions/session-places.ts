import type { Project, ProjectContext, ProjectId } from '@mainstay/kernel';
import { isProjectId, systemContext } from '@mainstay/kernel';
import type { Logger } from '@mainstay/kernel';

/** Whose rows a client identifier or a topic belongs to. */
export interface SessionPlaces {
  ofClient(clientId: string): Promise<ProjectContext | null>;
  ofTopic(topic: string): Promise<ProjectContext | null>;
  /** The projects that this process has connections of. */
  active(): readonly ProjectContext[];
}

const ID_LENGTH = 20;

/** The project at the start of a canonical client identifier or topic. */
export function projectIdOf(text: string, separator: ':' | '/'): ProjectId | null {
  const id = text.slice(0, ID_LENGTH);
  return text[ID_LENGTH] === separator && isProjectId(id) ? id : null;
}

/** The tenants of a broker: contexts by the project in front of every canonical client identifier and topic. */
export class ProjectPlaces implements SessionPlaces {
  readonly #loadProject: (id: ProjectId) => Promise<Project | null>;
  readonly #log: Logger;
  readonly #active = new Map<ProjectId, { readonly context: ProjectContext; connections: number }>();
  readonly #known = new Map<ProjectId, ProjectContext>();

  constructor(loadProject: (id: ProjectId) => Promise<Project | null>, log: Logger) {
    this.#loadProject = loadProject;
    this.#log = log;
  }

  /** Notes a connection of the project; @returns how many it has in this process now. */
  enter(project: Project): number {
    const known = this.#active.get(project.id);
    const connections = (known?.connections ?? 0) + 1;
    const context = known?.context ?? systemContext(project, 'mqtt', this.#log);
    this.#active.set(project.id, { context, connections });
    this.#known.set(project.id, context);
    return connections;
  }

  /** Follows a change of the project's limits. */
  refresh(project: Project): void {
    const known = this.#active.get(project.id);
    if (known === undefined) return;
    const context = { ...known.context, project };
    this.#active.set(project.id, { context, connections: known.connections });
    this.#known.set(project.id, context);
  }

  /** The project as it is now, while it has connections here. */
  projectOf(id: ProjectId): Project | undefined {
    return this.#active.get(id)?.context.project;
  }

  leave(project: ProjectId): void {
    const known = this.#active.get(project);
    if (known === undefined) return;
    known.connections -= 1;
    if (known.connections <= 0) this.#active.delete(project);
  }

  connectionsOf(project: ProjectId): number {
    return this.#active.get(project)?.connections ?? 0;
  }

  /** Every project that has had a connection here: what this process said about itself is said in these. */
  known(): readonly ProjectContext[] {
    return [...this.#known.values()];
  }

  ofClient(clientId: string): Promise<ProjectContext | null> {
    return this.#of(projectIdOf(clientId, ':'));
  }

  ofTopic(topic: string): Promise<ProjectContext | null> {
    return this.#of(projectIdOf(topic, '/'));
  }

  active(): readonly ProjectContext[] {
    return [...this.#active.values()].map(({ context }) => context);
  }

  async #of(id: ProjectId | null): Promise<ProjectContext | null> {
    if (id === null) return null;
    const known = this.#active.get(id);
    if (known !== undefined) return known.context;
    const project = await this.#loadProject(id);
    return project === null ? null : systemContext(project, 'mqtt', this.#log);
  }
}
