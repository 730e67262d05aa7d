/** A sign-in of the account. */
export interface AccountSession {
  readonly id: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string | null;
  readonly ip: string;
  readonly userAgent: string;
  readonly current: boolean;
}

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly backedUp: boolean;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

/** The second factors of the account. */
export interface Factors {
  readonly totp: { readonly createdAt: string } | null;
  readonly passkeys: readonly Passkey[];
  readonly recoveryCodesLeft: number;
  /** Where passkeys of the dashboard work. */
  readonly passkeyOrigin: string;
}

/** A second factor, as it is shown. */
export type FactorShown =
  | { readonly method: 'totp' | 'recovery'; readonly code: string }
  | { readonly method: 'passkey'; readonly challenge: string; readonly assertion: unknown };

/** What factors are changed with. */
export interface FactorProof {
  readonly password: string;
  readonly factor?: FactorShown;
}

/** What was set up, with recovery codes for those who had none. */
export interface FactorMade {
  readonly recoveryCodes: readonly string[];
}

export interface NewTotp {
  readonly secret: string;
  readonly uri: string;
}

export interface DeletedOrganization {
  readonly id: string;
  readonly name: string;
  readonly deletedAt: string;
}
