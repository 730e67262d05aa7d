import type { Role } from '../../shell/session.ts';

export type KeyKind = 'publishable' | 'secret';

/** A project key; `key` itself is there for publishable ones, and once after a secret one was made. */
export interface ProjectKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly preview: string;
  readonly key?: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string | null;
}

export interface Member {
  readonly accountId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
}

export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly inviter: string;
  readonly expiresAt: string;
  /** Shown once, after it was made. */
  readonly link?: string;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: unknown;
  readonly action: string;
  readonly target: unknown;
  readonly detail: unknown;
  readonly ip: string | null;
}

export interface PlatformUsage {
  readonly requests?: unknown;
  readonly storageBytes?: unknown;
  readonly connections?: unknown;
  readonly events?: unknown;
  readonly messages?: unknown;
  readonly documents?: unknown;
  readonly limits?: Readonly<Record<string, number>>;
}

export interface PersonalToken {
  readonly id: string;
  readonly name: string;
  readonly access: 'read' | 'write';
  readonly organizationId: string | null;
  readonly projectId: string | null;
  readonly expiresAt: string | null;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  /** Shown once, after it was made. */
  readonly token?: string;
}

export const ROLES: readonly Role[] = ['owner', 'admin', 'developer', 'viewer'];
