import type { ProjectContext } from '@mainstay/kernel';
import type { AttemptGuard } from '@mainstay/passwords';
import { createHash } from 'node:crypto';
import type { Audit } from '../audit/audit.service.ts';
import type { AccountRow } from '../platform.model.ts';
import type { PlatformSettings } from '../platform.settings.ts';

const HOUR_MS = 3_600_000;

/** A sign-in that failed. */
export interface Failure {
  /** What was typed as address. */
  readonly email: string;
  /** Null where nobody has the address. */
  readonly account: Pick<AccountRow, 'id'> | null;
  readonly method: string;
  readonly ip: string;
}

/** Notes a failure in the log of the account, some in an hour: who guesses must not fill it. */
export type NoteFailure = (failure: Failure) => Promise<void>;

/** What noting failures needs. */
export interface NoteFailureDependencies {
  readonly settings: PlatformSettings;
  readonly audit: Audit;
  readonly guard: AttemptGuard;
  readonly context: () => ProjectContext;
}

/** Makes the noting of failed sign-ins. It costs the same for an address that nobody has: the time must not tell. */
export function createNoteFailure({ settings, audit, guard, context }: NoteFailureDependencies): NoteFailure {
  return async ({ email, account, method, ip }) => {
    const print = createHash('sha256').update(email).digest('hex').slice(0, 16);
    const allowance = { name: 'failed sign-ins in the log', allowed: settings.failuresLoggedPerHour, windowMs: HOUR_MS };
    if (!(await guard.mayTake(context(), { ...allowance, key: `failures of ${print}` }))) return;
    const scope = account === null ? `address:${print}` : `account:${account.id}`;
    const entry = { scope, actor: 'somebody', action: 'account.sign_in_failed', target: account?.id ?? print, detail: { method }, ip };
    await audit.noted<void>(() => entry)(() => Promise.resolve());
  };
}
