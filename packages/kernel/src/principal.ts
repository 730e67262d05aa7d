import type { AccountId, DeviceId, KeyId, SessionId, UserId } from './ids.ts';

/** What an account may do in an organization, from most to least. */
export const ACCOUNT_ROLES = ['owner', 'admin', 'developer', 'viewer'] as const;
export type AccountRole = (typeof ACCOUNT_ROLES)[number];

/** Whether `role` includes everything that `needed` may do. */
export function roleIncludes(role: AccountRole, needed: AccountRole): boolean {
  return ACCOUNT_ROLES.indexOf(role) <= ACCOUNT_ROLES.indexOf(needed);
}

/** Somebody with a publishable key who has not signed in. Rules apply. */
export interface AnonymousPrincipal {
  readonly type: 'anonymous';
}

/** A signed-in user of the project. Rules apply. */
export interface UserPrincipal {
  readonly type: 'user';
  readonly id: UserId;
  readonly sessionId: SessionId;
  readonly roles: readonly string[];
  readonly email: string | undefined;
  /** What the project's own server says of the user; absent is nothing. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** `<team>` and `<team>:<role>` for each team that the user is in; absent is none. */
  readonly teams?: readonly string[];
  /** Until when the second factor that the session has shown is fresh, in milliseconds since 1970; absent where it has shown none. */
  readonly factorFreshUntilMs?: number;
}

/** A device with its credentials. Rules apply. */
export interface DevicePrincipal {
  readonly type: 'device';
  readonly id: DeviceId;
  readonly name: string;
  readonly profile: string;
}

/** A server with a secret key. Rules do not apply. */
export interface KeyPrincipal {
  readonly type: 'key';
  readonly id: KeyId;
}

/** A member of the project's organization at the dashboard or CLI. Rules do not apply; the role does. */
export interface AccountPrincipal {
  readonly type: 'account';
  readonly id: AccountId;
  readonly role: AccountRole;
}

/** Mainstay itself: jobs, feed readers, device rules. Rules do not apply. */
export interface SystemPrincipal {
  readonly type: 'system';
  readonly task: string;
}

/** Who asks. */
export type Principal = AnonymousPrincipal | UserPrincipal | DevicePrincipal | KeyPrincipal | AccountPrincipal | SystemPrincipal;

/** Whether the project's access rules apply to this principal (clients), or it acts for the project itself (servers). */
export function rulesApplyTo(principal: Principal): boolean {
  return principal.type === 'anonymous' || principal.type === 'user' || principal.type === 'device';
}

/** The names under which a principal appears in a document's `acl`. */
export function aclNamesOf(principal: Principal): readonly string[] {
  switch (principal.type) {
    case 'user':
      return [
        '*',
        `user:${principal.id}`,
        ...principal.roles.map((role) => `role:${role}`),
        ...(principal.teams ?? []).map((team) => `team:${team}`),
      ];
    case 'device':
      return ['*', `device:${principal.id}`];
    case 'anonymous':
    case 'key':
    case 'account':
    case 'system':
      return ['*'];
  }
}

/** A short text that names the principal in logs, audit entries and `by` fields. */
export function nameOf(principal: Principal): string {
  switch (principal.type) {
    case 'anonymous':
      return 'anonymous';
    case 'system':
      return `system:${principal.task}`;
    case 'user':
    case 'device':
    case 'key':
    case 'account':
      return `${principal.type}:${principal.id}`;
  }
}
