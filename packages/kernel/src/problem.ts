/** One thing that is wrong with an input: where (`path`, dotted), what (`code`), and what to do about it (`message`). */
export interface ProblemIssue {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** What every problem of one kind has in common. Codes are stable: never renamed, never reused. */
export interface ProblemDefinition<Data> {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: (data: Data) => string;
}

/** An error with a stable code. Only the doors (HTTP, MQTT, sockets, jobs) turn it into an answer. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly issues: readonly ProblemIssue[];
  /** Seconds after which a retry makes sense; sent as `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;
  /** Further members of the answer (RFC 9457 §3.2), such as what to do next. */
  readonly extension: Readonly<Record<string, unknown>>;

  constructor(definition: ProblemDefinition<never>, detail: string, extra: ProblemExtra = {}) {
    super(detail, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.name = 'Problem';
    this.code = definition.code;
    this.status = definition.status;
    this.title = definition.title;
    this.issues = extra.issues ?? [];
    this.retryAfterSeconds = extra.retryAfterSeconds;
    this.extension = extra.extension ?? {};
  }
}

/** What a problem may carry besides its text. The cause is logged, never sent. */
export interface ProblemExtra {
  readonly issues?: readonly ProblemIssue[];
  readonly cause?: unknown;
  readonly retryAfterSeconds?: number;
  readonly extension?: Readonly<Record<string, unknown>>;
}

const registry = new Map<string, ProblemDefinition<never>>();

/** Makes problems of one definition: `throw documentNotFound({ collection, id })`. */
export type ProblemFactory<Data> = ((data: Data, extra?: ProblemExtra) => Problem) & {
  readonly definition: ProblemDefinition<Data>;
};

/**
 * Defines a kind of problem. Called once per code, at module level, in a `*.problems.ts`.
 * @throws Error when the code is already taken: two meanings of one code would confuse every client.
 */
export function defineProblem<Data = void>(definition: ProblemDefinition<Data>): ProblemFactory<Data> {
  if (registry.has(definition.code)) throw new Error(`problem code ${definition.code} is defined twice`);
  const shared = definition as unknown as ProblemDefinition<never>;
  registry.set(definition.code, shared);
  const factory = (data: Data, extra?: ProblemExtra): Problem => new Problem(shared, definition.detail(data), extra);
  return Object.assign(factory, { definition });
}

/** All problems that the loaded packages define, by code: the source of docs/problems.md. */
export function listProblems(): readonly ProblemDefinition<never>[] {
  return [...registry.values()].sort((a, b) => a.code.localeCompare(b.code));
}
