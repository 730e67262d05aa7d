/** A user of the project's apps. */
export interface User {
  readonly id: string;
  readonly email: string | null;
  readonly emailVerified?: boolean;
  readonly name?: string | null;
  readonly anonymous?: boolean;
  readonly roles?: readonly string[];
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly blocked?: boolean;
  readonly createdAt: string;
  readonly lastSeenAt?: string | null;
}

/** Something that happened to a user. */
export interface UserEvent {
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly method: string | null;
  readonly ip: string;
}

/** An address of the project's own server that is asked. */
export interface AuthHook {
  readonly name: 'beforeSignUp' | 'beforeSignIn';
  readonly url: string;
  readonly enabled: boolean;
  readonly failsOpen: boolean;
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
  readonly smsCode: boolean;
  readonly createsUsers: boolean;
  readonly anonymousUpgrade: boolean;
  readonly hostedPage: boolean;
  readonly refusesCommonPasswords: boolean;
  readonly refusesDisposable: boolean;
  readonly refusedDomains: readonly string[];
  readonly usersMakeTeams: boolean;
  readonly appUrl: string | null;
  readonly redirectUrls: readonly string[];
  readonly linkMinutes: number;
  readonly codeMinutes: number;
  readonly locale: string;
}
