import type { LifecyclePart, ProjectContext } from '@mainstay/kernel';
import type { Route } from '@mainstay/http';
import type { JobDefinition } from '@mainstay/jobs';
import type { AnyKind, FeedEvent, Migration } from '@mainstay/store';
import type { Server } from 'node:http';

/** The three things that a process can do; one process may do all of them. */
export const ROLES = ['api', 'broker', 'worker'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Reads the change feed in a worker: at least once, in order per project, from its own checkpoint. An event that it can't handle, however
 * often it tries, is put aside as a dead letter, and it goes on. History that is gone comes as an event of the type `resync`.
 */
export interface FeedConsumer {
  readonly name: string;
  /** `keyOf` names an event the same at every attempt: effects that carry it can be recognised when they are repeated. */
  readonly handle: (context: ProjectContext, events: readonly FeedEvent[], keyOf: (event: FeedEvent) => string) => Promise<void>;
}

/** What a module adds to an API process. */
export interface ApiParts {
  readonly routes?: readonly Route[];
  readonly parts?: readonly LifecyclePart[];
  /** Hangs something on the HTTP server, e.g. a WebSocket path. */
  readonly attach?: (server: Server) => void;
}

/** What a module adds to a broker process. The HTTP server is there when the process is an API process as well. */
export interface BrokerParts {
  readonly parts: readonly LifecyclePart[];
  readonly attach?: (server: Server) => void;
}

/** What a module adds to a worker process. */
export interface WorkerParts {
  readonly jobs?: readonly JobDefinition[];
  readonly consumers?: readonly FeedConsumer[];
  readonly parts?: readonly LifecyclePart[];
}

/** The one page that says what a capability adds to which process. A part is loaded only where its role is played. */
export interface Module {
  readonly name: string;
  readonly kinds?: readonly AnyKind[];
  readonly migrations?: readonly Migration[];
  readonly api?: (door: { readonly routes: () => readonly Route[] }) => Promise<ApiParts>;
  readonly broker?: () => Promise<BrokerParts>;
  readonly worker?: () => Promise<WorkerParts>;
}

/** Defines a module. */
export function defineModule(module: Module): Module {
  return module;
}
