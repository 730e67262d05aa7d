import type { TokenScope } from '@mainstay/http';
import type { AccountId, AccountRole, OrganizationId, ProjectId, ProjectLimits } from '@mainstay/kernel';
import { defineControlKind } from '@mainstay/store';

/** A person who uses the dashboard. */
export interface AccountRow {
  readonly id: AccountId;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly createdAt: Date;
  /** When its owner showed that the address is theirs. */
  readonly emailVerifiedAt?: Date;
  /** Whether an authenticator app or a passkey is set up: changed together with them. */
  readonly hasSecondFactor?: boolean;
}
export const AccountKind = defineControlKind<AccountRow>({ name: 'accounts', indexes: [{ fields: { email: 1 }, unique: true }] });

/** Who runs this installation: the account that was made first. The id is always `operator`. */
export interface OperatorRow {
  readonly id: string;
  readonly accountId: AccountId;
}
export const OperatorKind = defineControlKind<OperatorRow>({ name: 'operator' });

/** A sign-in, a personal access token, a one-time link or an invitation: known by the SHA-256 of its token, which is the id. */
export interface CredentialRow {
  readonly id: string;
  readonly type: 'session' | 'token' | 'link' | 'invitation';
  /** Names it in lists and addresses, where the hash does not belong. */
  readonly handle: string;
  readonly accountId: AccountId | null;
  readonly organizationId: OrganizationId | null;
  readonly role: AccountRole | null;
  readonly email: string | null;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
  /** Of sessions: where they began. */
  readonly ip?: string;
  readonly userAgent?: string;
  /** Of access tokens. */
  readonly scope?: TokenScope;
}
export const CredentialKind = defineControlKind<CredentialRow>({
  name: 'credentials',
  indexes: [
    { fields: { accountId: 1, type: 1 } },
    { fields: { organizationId: 1, type: 1 } },
    { fields: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ],
});

/** The authenticator app and the recovery codes of an account, whose id it has. */
export interface AccountFactorsRow {
  readonly id: AccountId;
  /** The app's secret, sealed. */
  readonly sealedTotp: string | null;
  readonly totpSince: Date | null;
  /** The step of the last code that was taken. */
  readonly lastStep: number;
  /** A secret that waits for its first code, sealed. */
  readonly pendingTotp: string | null;
  readonly pendingUntil: Date | null;
  readonly recoveryHashes: readonly string[];
}
export const AccountFactorsKind = defineControlKind<AccountFactorsRow>({ name: 'accountFactors' });

/** A passkey of an account. The id is the credential's own. */
export interface AccountPasskeyRow {
  readonly id: string;
  readonly accountId: AccountId;
  readonly name: string;
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly backedUp: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}
export const AccountPasskeyKind = defineControlKind<AccountPasskeyRow>({
  name: 'accountPasskeys',
  indexes: [{ fields: { accountId: 1 } }],
});

/** Something that was begun and can be completed once, for some minutes: known by the SHA-256 of its token, which is the id. */
export interface AccountStepRow {
  readonly id: string;
  readonly purpose: 'sign-in' | 'show-passkey' | 'make-passkey';
  /** Null while a passkey is asked for without knowing whose. */
  readonly accountId: AccountId | null;
  /** Address and password of the account when it began, hashed: with another one it is void. */
  readonly mark: string | null;
  /** How the first factor was shown. */
  readonly method: string;
  /** What a passkey has to answer. */
  readonly challenge: string | null;
  readonly expiresAt: Date;
}
export const AccountStepKind = defineControlKind<AccountStepRow>({
  name: 'accountSteps',
  indexes: [{ fields: { accountId: 1 } }, { fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});

export type ProofPurpose = 'verify-email' | 'reset-password' | 'change-email';

/** A wish for a link by mail, and later the link itself: it proves who reads the mails to an address. */
export interface AccountProofRow {
  readonly id: string;
  readonly purpose: ProofPurpose;
  /** Where the mail goes. */
  readonly email: string;
  /** Whose link it is; null until the job has looked, where only an address was given. */
  readonly accountId: AccountId | null;
  readonly state: 'asked' | 'sent' | 'used' | 'dropped';
  /** SHA-256 of the token. */
  readonly secretHash: string | null;
  /** Address and password of the account when the link was made, hashed: with another one it is void. */
  readonly mark: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}
export const AccountProofKind = defineControlKind<AccountProofRow>({
  name: 'accountProofs',
  indexes: [
    { fields: { secretHash: 1 } },
    { fields: { state: 1, createdAt: 1 } },
    { fields: { accountId: 1 } },
    { fields: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ],
});

export interface OrganizationRow {
  readonly id: OrganizationId;
  readonly name: string;
  readonly createdAt: Date;
  /** Set when it is deleted, with its projects; some days later a worker erases it. */
  readonly deletedAt?: Date | null;
  /** Whether only members with a second factor may enter. */
  readonly requiresSecondFactor?: boolean;
}
export const OrganizationKind = defineControlKind<OrganizationRow>({ name: 'organizations', indexes: [{ fields: { deletedAt: 1 } }] });

/** A person's role in an organization; the id is `<organization>:<account>`. */
export interface MemberRow {
  readonly id: string;
  readonly organizationId: OrganizationId;
  readonly accountId: AccountId;
  readonly role: AccountRole;
  readonly createdAt: Date;
}
export const MemberKind = defineControlKind<MemberRow>({
  name: 'members',
  indexes: [{ fields: { organizationId: 1 } }, { fields: { accountId: 1 } }],
});

export interface ProjectRow {
  readonly id: ProjectId;
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly slug: string;
  readonly limits: ProjectLimits;
  readonly origins: readonly string[];
  readonly createdAt: Date;
  /** Set when it is deleted: from then on nothing resolves to it. */
  readonly deletedAt: Date | null;
  /** Set when everything that belonged to it is gone; the row stays, so that its id never means anything else. */
  readonly erasedAt?: Date;
}
export const ProjectKind = defineControlKind<ProjectRow>({
  name: 'projects',
  indexes: [{ fields: { organizationId: 1 } }, { fields: { slug: 1 }, unique: true }, { fields: { deletedAt: 1 } }],
});

export interface KeyRow {
  readonly id: string;
  readonly projectId: ProjectId;
  readonly kind: 'publishable' | 'secret';
  readonly name: string;
  /** HMAC of the key under the installation's pepper. */
  readonly hash: string;
  readonly preview: string;
  /** Publishable keys are no secret. */
  readonly key: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
}
export const KeyKind = defineControlKind<KeyRow>({
  name: 'keys',
  indexes: [{ fields: { hash: 1 }, unique: true }, { fields: { projectId: 1 } }, { fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});

/** One thing that somebody did; each entry carries the hash of the one before it. */
export interface AuditRow {
  readonly id: string;
  readonly scope: string;
  readonly sequence: number;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly ip: string;
  readonly hash: string;
}
export const AuditKind = defineControlKind<AuditRow>({ name: 'audit', indexes: [{ fields: { scope: 1, sequence: -1 }, unique: true }] });

export const PlatformKinds = [
  OperatorKind,
  AccountKind,
  AccountFactorsKind,
  AccountPasskeyKind,
  AccountStepKind,
  CredentialKind,
  AccountProofKind,
  OrganizationKind,
  MemberKind,
  ProjectKind,
  KeyKind,
  AuditKind,
];
