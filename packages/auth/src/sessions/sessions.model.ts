import type { SessionId, UserId } from '@mainstay/kernel';
import { defineKind } from '@mainstay/store';

/** A sign-in of one app on one device. */
export interface SessionRow {
  readonly id: SessionId;
  readonly userId: UserId;
  readonly tokenHash: string;
  /** Of the part that all refresh tokens of the session share: one that comes again at any later time is still known. */
  readonly familyHash: string;
  readonly refreshHash: string;
  /** The refresh token before this one: when it comes again later than the grace allows, somebody stole it. */
  readonly previousRefreshHash: string | null;
  readonly refreshedAt: Date;
  /** The answer of the last refresh, sealed with the refresh token that asked for it: a lost answer can be given again. */
  readonly sealedSuccessor: string | null;
  /** The user agent that got that answer; nobody else gets it again. */
  readonly refreshedBy: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly tokenExpiresAt: Date;
  readonly expiresAt: Date;
  readonly ip: string;
  readonly userAgent: string;
  /** The way in, e.g. `password`. */
  readonly method?: string;
  /** When a second factor was last shown, or a passkey that is two factors; absent where none was. */
  readonly factorAt?: Date;
}
export const SessionKind = defineKind<SessionRow>({
  name: 'sessions',
  indexes: [
    { fields: { tokenHash: 1 }, unique: true },
    { fields: { familyHash: 1 } },
    { fields: { userId: 1, createdAt: -1 } },
    { fields: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ],
});
