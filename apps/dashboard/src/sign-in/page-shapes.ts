/** How the page of a project looks. */
export interface PageTheme {
  readonly name: string | null;
  readonly logoUrl: string | null;
  readonly color: string;
  readonly background: string | null;
  readonly radius: number;
  readonly scheme: 'auto' | 'light' | 'dark';
  readonly termsUrl: string | null;
  readonly privacyUrl: string | null;
  readonly signUpWith: 'email' | 'username' | 'both';
}

/** What the project offers. */
export interface PageSettings {
  readonly name: string;
  readonly theme: PageTheme;
  readonly locale: string;
  readonly ways: PageWays;
  readonly redirectAllowed: boolean | null;
  /** Where people reach the server, as it knows it. */
  readonly origin: string;
  /** Where passkeys of the project can be used; none where no page may ask for them. */
  readonly passkeys: { readonly signIn: boolean; readonly origins: readonly string[] };
  /** What may be set up as a second factor. */
  readonly factors: readonly string[];
  readonly captcha: PageCaptcha | null;
  readonly providers: readonly { readonly name: string; readonly preset: string }[];
}

/** A captcha, and what it stands before. */
export interface PageCaptcha {
  readonly provider: 'hcaptcha' | 'turnstile' | 'recaptcha';
  readonly siteKey: string;
  readonly appliesTo: readonly string[];
}

export interface PageWays {
  readonly signUp: boolean;
  readonly passwordReset: boolean;
  readonly magicLink: boolean;
  readonly emailCode: boolean;
  readonly smsCode: boolean;
  readonly anonymous: boolean;
}

/** Who has signed in, as far as the page shows it. */
export interface PageUser {
  readonly id: string;
  readonly email: string | null;
  readonly username: string | null;
}

/** What every way in answers; a sign-up whose address has to be confirmed first has no session. */
export interface PageSignedIn {
  readonly user: PageUser;
  readonly session: { readonly token: string; readonly expiresAt: string };
}
