import type { Frame } from '@mainstay/host';
import type { OrganizationId } from '@mainstay/kernel';
import type { Audit } from '../audit/audit.service.ts';
import type { Members } from '../members/members.service.ts';
import type { AccountRow } from '../platform.model.ts';
import { AccountFactorsKind, AccountKind, AccountPasskeyKind, AccountProofKind } from '../platform.model.ts';
import { signInFailed } from '../platform.problems.ts';
import type { Sessions } from '../sessions/sessions.service.ts';

/** What the end of an account needs besides the frame. */
export interface EndAccountDependencies {
  readonly members: Members;
  readonly sessions: Sessions;
  readonly audit: Audit;
}

/** Ends an account, whose owner was checked, with everything that is only its own. @throws lastOwner, signInFailed when it has changed meanwhile */
export type EndAccount = (account: AccountRow, ip: string) => Promise<void>;

/** Makes the end of accounts. Memberships, sessions, tokens, links and the account go together or not at all; the log stays. */
export function createEndAccount({ store }: Frame, { members, sessions, audit }: EndAccountDependencies): EndAccount {
  const accounts = store.control(AccountKind);
  const proofs = store.control(AccountProofKind);
  return async ({ id, email, passwordHash }, ip) => {
    const entryFor = (scope: string, action: string) => ({ scope, actor: email, action, target: id, ip });
    const noted = audit.noted<readonly OrganizationId[]>((organizations) => [
      entryFor(`account:${id}`, 'account.deleted'),
      ...organizations.map((organization) => entryFor(`organization:${organization}`, 'member.left')),
    ]);
    const left = await sessions.endWith({ accountId: id }, noted, async (session) => {
      if ((await accounts.delete({ id, passwordHash }, { session })) === 0) throw signInFailed();
      await proofs.deleteMany({ accountId: id }, { session });
      await store.control(AccountFactorsKind).deleteMany({ id }, { session });
      await store.control(AccountPasskeyKind).deleteMany({ accountId: id }, { session });
      return members.leaveAll(id, session);
    });
    for (const organization of left) members.forget(organization, id);
  };
}
