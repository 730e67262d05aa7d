/** A user of the project, as itself or a server sees it. */
export interface User {
  readonly id: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly name: string | null;
  readonly anonymous: boolean;
  readonly roles: readonly string[];
  /** What the project's own server says of the user. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly blocked: boolean;
  readonly createdAt: string;
  readonly lastSeenAt: string | null;
}

/** The tokens of a sign-in. */
export interface SessionTokens {
  readonly id: string;
  readonly token: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
}

/** What every way to sign in answers. */
export interface SignedIn {
  readonly user: User;
  readonly session: SessionTokens;
}

/** What a sign-up answers: without a session the address has to be confirmed first. */
export interface SignedUp {
  readonly user: User;
  readonly session: SessionTokens | null;
}

/** One of the own sessions. */
export interface SessionInfo {
  readonly id: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
  readonly ip: string;
  readonly userAgent: string;
  readonly current: boolean;
}

/** Why nobody is signed in any more: by `logOut`, because the server ended the session, or because another page did. */
export type SignOutReason = 'log-out' | 'ended' | 'other-page';

export type AuthEvent =
  | { readonly type: 'signed-in' | 'refreshed' | 'user-changed'; readonly user: User }
  | { readonly type: 'signed-out'; readonly reason: SignOutReason };
