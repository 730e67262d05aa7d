import type { Frame } from '@mainstay/host';
import type { AccountId, AccountRole, OrganizationId } from '@mainstay/kernel';
import { createId, LoadingCache, notFound, roleIncludes } from '@mainstay/kernel';
import type { Accounts } from '../accounts/accounts.service.ts';
import type { Audit, AuditEntry, Change, Noted } from '../audit/audit.service.ts';
import type { Credentials, NewCredential } from '../accounts/credentials.service.ts';
import type { CredentialRow, MemberRow, OrganizationRow } from '../platform.model.ts';
import { MemberKind, OrganizationKind, ProjectKind } from '../platform.model.ts';
import { alreadyMember, lastOwner, linkUsedUp, memberRoleTooLow, organizationHasProjects } from '../platform.problems.ts';

const INVITATION_LIFE_MS = 7 * 86_400_000;
/** A changed role that a process missed matters for at most this long. */
const ROLE_CACHE = { maxEntries: 50_000, maxAgeMs: 15_000 };
const TOPIC = 'member';

/** Organizations and who may do what in them. */
export function createOrganizations({ store, clock }: Frame, { credentials, audit }: { credentials: Credentials; audit: Audit }) {
  const rows = store.control(OrganizationKind);
  const members = store.control(MemberKind);
  const roles = new LoadingCache<AccountRole | null>(ROLE_CACHE);
  store.signals.onInvalidate(TOPIC, (key) => roles.invalidate(key));
  const memberId = (organization: OrganizationId, account: AccountId): string => `${organization}:${account}`;

  function roleOf(organization: OrganizationId, account: AccountId): AccountRole | null | Promise<AccountRole | null> {
    const id = memberId(organization, account);
    const known = roles.peek(id);
    return known === undefined ? roles.get(id, async () => (await members.get(id))?.role ?? null) : known;
  }

  /** @throws notFound for strangers, memberRoleTooLow for members whose role is too low */
  async function demand(organization: OrganizationId, account: AccountId, needed: AccountRole): Promise<AccountRole> {
    const role = await roleOf(organization, account);
    if (role === null) throw notFound();
    if (!roleIncludes(role, needed)) throw memberRoleTooLow({ needed });
    return role;
  }

  /** Runs a change of members and undoes it when no owner would be left: two owners who leave at once cannot both succeed. */
  async function keepingAnOwner(organizationId: OrganizationId, noted: Noted<void>, change: Change<void>): Promise<void> {
    await noted(async (session) => {
      await rows.update({ id: organizationId }, { $inc: { memberChanges: 1 } }, { session });
      await change(session);
      if ((await members.findOne({ organizationId, role: 'owner' }, { session })) === null) throw lastOwner();
    });
  }

  return {
    demand,
    roleOf,

    /** An organization whose owner is the account that made it. */
    async create(account: { id: AccountId; email: string }, name: string, ip: string): Promise<OrganizationRow> {
      const createdAt = new Date(clock.now());
      const organization = { id: createId<OrganizationId>(), name, createdAt };
      const id = memberId(organization.id, account.id);
      const entry: AuditEntry = {
        scope: `organization:${organization.id}`,
        actor: account.email,
        action: 'organization.created',
        target: name,
        ip,
      };
      await audit.noted<void>(() => entry)(async (session) => {
        await rows.insert(organization, { session });
        await members.insert({ id, organizationId: organization.id, accountId: account.id, role: 'owner', createdAt }, { session });
      });
      store.signals.invalidate(TOPIC, id);
      return organization;
    },

    /** The organizations of an account with its role in each. */
    async listOf(account: AccountId): Promise<(OrganizationRow & { role: AccountRole })[]> {
      const own = await members.find({ accountId: account });
      const found = await rows.find({ id: { $in: own.map(({ organizationId }) => organizationId) } }, { sort: { id: 1 } });
      return found.map((organization) => ({
        ...organization,
        role: own.find(({ organizationId }) => organizationId === organization.id)?.role ?? 'viewer',
      }));
    },

    get: (organization: OrganizationId): Promise<OrganizationRow | null> => rows.get(organization),

    rename: (organization: OrganizationId, name: string, noted: Noted<void>): Promise<void> =>
      noted(async (session) => {
        if ((await rows.update({ id: organization }, { $set: { name } }, { session })).matched === 0) throw notFound();
      }),

    /** Deletes an organization without projects with its members and invitations. @throws organizationHasProjects */
    async delete(organizationId: OrganizationId, noted: Noted<void>): Promise<void> {
      const before = await members.find({ organizationId });
      await noted(async (session) => {
        if ((await rows.delete({ id: organizationId }, { session })) === 0) throw notFound();
        const project = await store.control(ProjectKind).findOne({ organizationId, deletedAt: null }, { session });
        if (project !== null) throw organizationHasProjects();
        await members.deleteMany({ organizationId }, { session });
        await credentials.rows.deleteMany({ organizationId, type: 'invitation' }, { session });
      });
      for (const { id } of before) store.signals.invalidate(TOPIC, id);
    },

    members: (organization: OrganizationId): Promise<MemberRow[]> =>
      members.find({ organizationId: organization }, { sort: { createdAt: 1 } }),

    /** @throws lastOwner */
    async setRole(
      organization: OrganizationId,
      { account, role }: { account: AccountId; role: AccountRole },
      noted: Noted<void>,
    ): Promise<void> {
      const id = memberId(organization, account);
      await keepingAnOwner(organization, noted, async (session) => {
        const { matched } = await members.update({ id }, { $set: { role } }, { session });
        if (matched === 0) throw notFound();
      });
      store.signals.invalidate(TOPIC, id);
    },

    /** @throws lastOwner */
    async removeMember(organization: OrganizationId, account: AccountId, noted: Noted<void>): Promise<void> {
      const id = memberId(organization, account);
      await keepingAnOwner(organization, noted, async (session) => {
        if ((await members.delete({ id }, { session })) === 0) throw notFound();
      });
      store.signals.invalidate(TOPIC, id);
    },

    /** The token goes to the invited person; only somebody with that e-mail address can use it, once. */
    invite: (
      organizationId: OrganizationId,
      { email, role }: { email: string; role: AccountRole },
      noted: Noted<NewCredential>,
    ): Promise<NewCredential> =>
      noted((session) => credentials.create({ type: 'invitation', organizationId, email, role }, INVITATION_LIFE_MS, session)),

    invitations: (organizationId: OrganizationId): Promise<CredentialRow[]> =>
      credentials.rows.find({ organizationId, type: 'invitation' }),

    withdraw: (organizationId: OrganizationId, handle: string, noted: Noted<void>): Promise<void> =>
      noted(async (session) => {
        if ((await credentials.rows.delete({ organizationId, handle, type: 'invitation' }, { session })) === 0) throw notFound();
      }),

    /**
     * Uses the invitation up and adds the member, both or neither.
     * @throws linkUsedUp also when it was meant for another address: then it stays for the one it was meant for; alreadyMember
     */
    async accept(token: string, account: { id: AccountId; email: string }, ip: string): Promise<OrganizationRow> {
      const invitation = await credentials.find(token);
      if (invitation?.type !== 'invitation' || invitation.email !== account.email) throw linkUsedUp();
      const { organizationId, role } = invitation;
      const organization = organizationId === null ? null : await rows.get(organizationId);
      if (organization === null || role === null) throw linkUsedUp();
      const id = memberId(organization.id, account.id);
      const scope = `organization:${organization.id}`;
      const entry = { scope, actor: account.email, action: 'member.joined', target: account.id, detail: { role }, ip };
      await audit.noted<void>(() => entry)(async (session) => {
        if ((await credentials.rows.delete({ id: invitation.id, type: 'invitation' }, { session })) === 0) throw linkUsedUp();
        // A member's role is changed by its owners, never by a link: an owner who clicks one would lose the organization.
        if ((await members.findOne({ id }, { session })) !== null) throw alreadyMember();
        await members.insert(
          { id, organizationId: organization.id, accountId: account.id, role, createdAt: new Date(clock.now()) },
          { session },
        );
      });
      store.signals.invalidate(TOPIC, id);
      return organization;
    },
  };
}
export type Organizations = ReturnType<typeof createOrganizations>;

/** The members with their names, for lists. */
export async function presentMembers(organizations: Organizations, accounts: Accounts, id: OrganizationId) {
  const members = await organizations.members(id);
  const people = new Map((await accounts.find(members.map(({ accountId }) => accountId))).map((account) => [account.id, account]));
  return members.flatMap(({ accountId, role, createdAt }) => {
    const person = people.get(accountId);
    return person === undefined ? [] : [{ accountId, email: person.email, name: person.name, role, createdAt: createdAt.toISOString() }];
  });
}
