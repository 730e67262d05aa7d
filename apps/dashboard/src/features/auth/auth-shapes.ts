/** A user of the project's apps. */
export interface User {
  readonly id: string;
  readonly email: string | null;
  readonly emailVerified?: boolean;
  readonly name?: string | null;
  readonly anonymous?: boolean;
  readonly roles?: readonly string[];
  readonly blocked?: boolean;
  readonly createdAt: string;
  readonly lastSeenAt?: string | null;
}

/** One sign-in of a user on one device. */
export interface UserSession {
  readonly id: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly lastSeenAt?: string | null;
  readonly userAgent?: string | null;
  readonly ip?: string | null;
}

export interface AuthRole {
  readonly name: string;
  readonly description?: string;
  readonly [key: string]: unknown;
}

/** How the users of the project may sign in. */
export interface AuthPolicy {
  readonly signUp: boolean;
  readonly signUpCondition?: unknown;
  readonly emailVerification: 'off' | 'sent' | 'required';
  readonly passwordReset: boolean;
  readonly magicLink: boolean;
  readonly emailCode: boolean;
  readonly createsUsers: boolean;
  readonly anonymousUpgrade: boolean;
  readonly hostedPage: boolean;
  readonly refusesCommonPasswords: boolean;
  readonly appUrl: string | null;
  readonly redirectUrls: readonly string[];
  readonly linkMinutes: number;
  readonly codeMinutes: number;
  readonly locale: string;
}
