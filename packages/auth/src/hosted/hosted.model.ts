import type { SessionId, UserId } from '@mainstay/kernel';
import { defineKind } from '@mainstay/store';
import type { PageTheme } from './hosted.schema.ts';

/** How the sign-in page of a project looks; the id is always `theme`. What is left out is as by default. */
export interface ThemeRow extends Partial<PageTheme> {
  readonly id: string;
}
export const ThemeKind = defineKind<ThemeRow>({ name: 'authThemes' });

/** A session that the page began and that an app may fetch, once. */
export interface PageCodeRow {
  /** The hash of the code. */
  readonly id: string;
  readonly userId: UserId;
  readonly sessionId: SessionId;
  /** SHA-256 of what the app shows when it fetches the session (RFC 7636, S256). */
  readonly challenge: string;
  readonly state: 'issued' | 'used';
  readonly expiresAt: Date;
}
export const PageCodeKind = defineKind<PageCodeRow>({
  name: 'authPageCodes',
  indexes: [{ fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});
