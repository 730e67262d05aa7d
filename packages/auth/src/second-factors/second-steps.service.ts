import type { Frame } from '@mainstay/host';
import type { ProjectContext, SessionId } from '@mainstay/kernel';
import { createSecret } from '@mainstay/kernel';
import { secondStepInvalid } from '../auth.problems.ts';
import type { AuthSettings } from '../auth.settings.ts';
import { passwordMarkOf } from '../proofs/proofs.service.ts';
import { hashToken } from '../sessions/hash-token.ts';
import type { UserRow } from '../users/users.model.ts';
import type { SecondStepRow } from './second-factors.model.ts';
import { SecondStepKind } from './second-factors.model.ts';
import type { FactorMethod, SecondStep } from './second-factors.schema.ts';

/** What is to wait for a second factor. */
export interface NewSecondStep {
  readonly purpose: SecondStepRow['purpose'];
  readonly user: UserRow;
  readonly methods: readonly FactorMethod[];
  readonly method?: string | undefined;
  readonly sessionId?: SessionId;
}

/** What waits for a second factor: known by a token of which only the SHA-256 is kept, and completed once. */
export function createSecondSteps({ store, clock }: Frame, settings: AuthSettings) {
  const rowsOf = (context: ProjectContext) => store.kind(context, SecondStepKind);

  return {
    async begin(context: ProjectContext, { purpose, user, methods, method, sessionId }: NewSecondStep): Promise<SecondStep> {
      const token = `mf_${createSecret()}`;
      const now = clock.now();
      const expiresAt = new Date(now + settings.secondStepMinutes * 60_000);
      await rowsOf(context).insert({
        id: hashToken(token),
        purpose,
        userId: user.id,
        sessionId: sessionId ?? null,
        method: method ?? null,
        passwordMark: passwordMarkOf(user),
        methods,
        codesSent: 0,
        createdAt: new Date(now),
        expiresAt,
      });
      return { token, methods: [...methods], expiresAt: expiresAt.toISOString() };
    },

    /** What waits under the token. @throws secondStepInvalid */
    async find(context: ProjectContext, token: string, purposes: readonly SecondStepRow['purpose'][]): Promise<SecondStepRow> {
      const filter = { id: hashToken(token), purpose: { $in: purposes }, expiresAt: { $gt: new Date(clock.now()) } };
      const row = await rowsOf(context).findOne(filter);
      if (row === null) throw secondStepInvalid();
      return row;
    },

    /** Takes the step: of many at once exactly one does. @throws secondStepInvalid */
    async complete(context: ProjectContext, { id }: SecondStepRow): Promise<void> {
      if ((await rowsOf(context).delete({ id })) === 0) throw secondStepInvalid();
    },

    /** The handle for one more mailed code: derived from the token, so that who reads the store cannot try codes. @throws secondStepInvalid */
    async nextCodeHandle(context: ProjectContext, token: string): Promise<string> {
      const row = await rowsOf(context).findOneAndUpdate({ id: hashToken(token) }, { $inc: { codesSent: 1 } });
      if (row === null) throw secondStepInvalid();
      return codeHandleOf(token, row);
    },

    codeHandleOf,
  };
}
export type SecondSteps = ReturnType<typeof createSecondSteps>;

/** The handle of the last code that was mailed. */
function codeHandleOf(token: string, { codesSent }: SecondStepRow): string {
  return hashToken(`${token} code ${codesSent}`);
}
