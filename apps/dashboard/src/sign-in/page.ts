import type { SpokenLocale } from './choose-texts.ts';
import type { PageApi, SecondFactor } from './page-api.ts';
import type { PageSettings, PageSignedIn } from './page-shapes.ts';
import type { MailLink, Place } from './read-place.ts';
import type { Texts } from './texts.ts';

/** A step of signing in, each with a view of its own. */
export type Step =
  /** What was achieved before is told above the form. */
  | { readonly view: 'sign-in'; readonly notice?: keyof Texts; readonly warning?: keyof Texts; readonly name?: string }
  | { readonly view: 'sign-up' | 'anonymous' }
  | { readonly view: 'forgot' | 'link-request' | 'code-request'; readonly email: string }
  | { readonly view: 'sent'; readonly text: keyof Texts; readonly email: string }
  | { readonly view: 'code'; readonly email: string; readonly handle: string }
  | { readonly view: 'sms-request'; readonly phone: string }
  | { readonly view: 'sms-code'; readonly phone: string; readonly handle: string }
  | { readonly view: 'link'; readonly link: MailLink }
  | { readonly view: 'second-factor'; readonly factor: SecondFactor; readonly method: string; readonly isSent?: boolean }
  | { readonly view: 'enrol'; readonly token: string; readonly methods: readonly string[] }
  /** For a sign-in that waits for it (`token`), or for a user who is signed in. */
  | { readonly view: 'enrol-totp'; readonly by: Enrolling; readonly secret: string; readonly uri: string }
  | { readonly view: 'recovery-codes'; readonly codes: readonly string[]; readonly signedIn: PageSignedIn }
  | { readonly view: 'signed-in'; readonly signedIn: PageSignedIn; readonly notice?: keyof Texts }
  | { readonly view: 'sign-up-passkey' }
  | { readonly view: 'leaving'; readonly href: string }
  | { readonly view: 'stop'; readonly text: keyof Texts };

/** Who sets a second factor up: a sign-in that waits for it, by its token, or somebody who is signed in. */
export type Enrolling = { readonly token: string } | { readonly signedIn: PageSignedIn };

/** The step of a kind of view. */
export type StepOf<Name extends Step['view']> = Extract<Step, { readonly view: Name }>;

/** What every view is made with. */
export interface PageParts {
  readonly settings: PageSettings;
  readonly texts: Texts;
  readonly locale: SpokenLocale;
  readonly place: Place;
  readonly api: PageApi;
}

/** The page, as views see it. */
export interface Page extends PageParts {
  /** Goes on to a step; the browser's back button returns from it. */
  show(step: Step): void;
  /** Goes on to a step from which there is no way back, as what was done is done. */
  replace(step: Step): void;
  /** Somebody has signed in: back to the app. */
  finish(signedIn: PageSignedIn): Promise<void>;
}

/** One screen of the page. */
export interface ViewContent {
  readonly title: string;
  readonly parts: readonly (Node | null)[];
}
