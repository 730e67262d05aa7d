import type { OrganizationId, ProjectId } from './ids.ts';
import type { Logger } from './logger.ts';
import type { Principal } from './principal.ts';

/** How much one project may use. Every number is a setting of the project; the defaults are the operator's. */
export interface ProjectLimits {
  readonly requestsPerSecond: number;
  readonly storageBytes: number;
  readonly connections: number;
  readonly messagesPerSecond: number;
  readonly eventsPerSecond: number;
  readonly collections: number;
}

/** A tenant, as every room sees it. */
export interface Project {
  readonly id: ProjectId;
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly slug: string;
  readonly limits: ProjectLimits;
  /** Browser origins that may use the API; empty means any origin with a publishable key. */
  readonly origins: readonly string[];
}

/**
 * The one thing that every call into the core takes: whose data, who asks, how much they may use, where to log.
 * The stores accept nothing else, so a call without a tenant does not compile.
 */
export interface ProjectContext {
  readonly project: Project;
  readonly principal: Principal;
  readonly requestId: string;
  readonly log: Logger;
}

/** The same tenant and request with another principal, e.g. a job that acts for Mainstay. */
export function asPrincipal(context: ProjectContext, principal: Principal): ProjectContext {
  return { ...context, principal };
}

/** A context for work that Mainstay does by itself for a project. */
export function systemContext(project: Project, task: string, log: Logger): ProjectContext {
  return {
    project,
    principal: { type: 'system', task },
    requestId: task,
    log: log.child({ project: project.id, task }),
  };
}
