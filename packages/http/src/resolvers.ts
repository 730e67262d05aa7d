import type {
  AccountId,
  AccountRole,
  KeyId,
  Logger,
  OrganizationId,
  Principal,
  Project,
  ProjectContext,
  ProjectId,
} from '@mainstay/kernel';

/** What a key opens. */
export interface ProjectAccess {
  readonly project: Project;
  /** Null when no key was sent: fine for public routes and for dashboard accounts. */
  readonly key: { readonly id: KeyId; readonly kind: 'publishable' | 'secret' } | null;
}

/** What a personal access token is kept to; the account's own roles hold besides. */
export interface TokenScope {
  /** `read` is what viewers may. */
  readonly access: 'read' | 'write';
  /** Null is every organization of the account. */
  readonly organizationId: OrganizationId | null;
  /** Null is every project of the organization, or of all. */
  readonly projectId: ProjectId | null;
}

/** Who sits at the dashboard or CLI. */
export interface AccountSession {
  readonly account: { readonly id: AccountId; readonly email: string; readonly name: string };
  readonly sessionId: string;
  /** The token that state-changing requests must repeat; null for personal access tokens, which browsers do not send by themselves. */
  readonly csrfToken: string | null;
  /** Null for sign-ins, which may do all that the account may. */
  readonly scope: TokenScope | null;
}

/** What a request shows of its account. */
export interface AccountCredentials {
  readonly cookie: string | undefined;
  readonly bearer: string | undefined;
}

/**
 * How the HTTP door learns who asks. apps/server puts it together from the platform and auth rooms.
 * Answers that are known already come without a promise, so that the hot path has no extra turns.
 */
export interface Resolvers {
  /** @throws the same problem for an unknown project, an unknown key and a foreign key. */
  project(projectId: string, key: string | undefined): ProjectAccess | Promise<ProjectAccess>;
  /** @throws unauthenticated, session_expired */
  principal(context: ProjectContext, bearer: string): Principal | Promise<Principal>;
  account(credentials: AccountCredentials): AccountSession | null | Promise<AccountSession | null>;
  accountRole(session: AccountSession, project: Project): AccountRole | null | Promise<AccountRole | null>;
  /** From where else the sign-in page of a project may load scripts, frames and styles, e.g. for a captcha; nowhere by default. */
  signInPageSources?(project: Project): Promise<readonly string[]>;
  /** Told of a secret key that came from a web page: whoever uses that page has it. */
  secretKeyExposed?(access: ProjectAccess, from: { readonly origin: string; readonly ip: string }): void;
}

/** What platform routes get: an account instead of a project. */
export interface PlatformContext {
  readonly session: AccountSession | null;
  readonly ip: string;
  readonly userAgent: string;
  /** `https://host` as the client sees it; from trusted headers only. */
  readonly origin: string;
  readonly requestId: string;
  readonly log: Logger;
  /** Sets the dashboard's cookie with the answer. */
  setSession(token: string, maxAgeSeconds: number): void;
  clearSession(): void;
}
