import type { Frame } from '@mainstay/host';
import type { AccountSession } from '@mainstay/http';
import type { AccountId, AccountRole, OrganizationId } from '@mainstay/kernel';
import { LoadingCache, notFound, roleIncludes } from '@mainstay/kernel';
import type { TransactionSession } from '@mainstay/store';
import type { Accounts } from '../accounts/accounts.service.ts';
import type { Change, Noted } from '../audit/audit.service.ts';
import type { MemberRow, OrganizationRow } from '../platform.model.ts';
import { AccountKind, MemberKind, OrganizationKind, ProjectKind } from '../platform.model.ts';
import { alreadyMember, lastOwner, memberRoleTooLow, secondFactorRequired } from '../platform.problems.ts';
import type { Place } from './restrict-role.ts';
import { restrictRole } from './restrict-role.ts';

/** A changed role that a process missed matters for at most this long. */
const ROLE_CACHE = { maxEntries: 50_000, maxAgeMs: 15_000 };
const TOPIC = 'member';

/** What a member may do, and whether the organization waits for a second factor before. */
interface Standing {
  readonly role: AccountRole;
  readonly isBarred: boolean;
}

const memberId = (organization: OrganizationId, account: AccountId): string => `${organization}:${account}`;

/** Who may do what in organizations. */
export function createMembers({ store, clock }: Frame) {
  const organizations = store.control(OrganizationKind);
  const members = store.control(MemberKind);
  const accounts = store.control(AccountKind);
  const roles = new LoadingCache<Standing | null>(ROLE_CACHE);
  store.signals.onInvalidate(TOPIC, (key) => roles.invalidate(key));

  async function load(organization: OrganizationId, account: AccountId): Promise<Standing | null> {
    const [member, row] = await Promise.all([members.get(memberId(organization, account)), organizations.get(organization)]);
    if (member === null || row === null || isDeleted(row)) return null;
    const isBarred = row.requiresSecondFactor === true && (await accounts.get(account))?.hasSecondFactor !== true;
    return { role: member.role, isBarred };
  }

  function standingOf(organization: OrganizationId, account: AccountId): Standing | null | Promise<Standing | null> {
    const id = memberId(organization, account);
    const known = roles.peek(id);
    return known === undefined ? roles.get(id, () => load(organization, account)) : known;
  }

  /**
   * What the session may do there, as its account's member; null is nothing, and that it exists is not told.
   * @throws secondFactorRequired
   */
  function roleAt(session: AccountSession, place: Place): AccountRole | null | Promise<AccountRole | null> {
    const standing = standingOf(place.organizationId, session.account.id);
    const restricted = (own: Standing | null): AccountRole | null => {
      const role = own === null ? null : restrictRole(own.role, session.scope, place);
      if (own?.isBarred === true && role !== null) throw secondFactorRequired();
      return role;
    };
    return standing instanceof Promise ? standing.then(restricted) : restricted(standing);
  }

  const forget = (organization: OrganizationId, account: AccountId): void =>
    store.signals.invalidate(TOPIC, memberId(organization, account));

  async function roleIn(organization: OrganizationId, account: AccountId, session: TransactionSession): Promise<AccountRole> {
    const row = await members.findOne({ id: memberId(organization, account) }, { session });
    if (row === null) throw notFound();
    return row.role;
  }

  /** Changes of one organization's members meet in its row: they happen one after the other. */
  async function meet(id: OrganizationId, session: TransactionSession): Promise<void> {
    const { matched } = await organizations.update({ id, deletedAt: null }, { $inc: { memberChanges: 1 } }, { session });
    if (matched === 0) throw notFound();
  }

  const hasOwner = async (organizationId: OrganizationId, session: TransactionSession): Promise<boolean> =>
    (await members.findOne({ organizationId, role: 'owner' }, { session })) !== null;

  /** Runs a change of members and undoes it when no owner would be left: two owners who leave at once cannot both succeed. */
  const keepingAnOwner = (organizationId: OrganizationId, noted: Noted<void>, change: Change<void>): Promise<void> =>
    noted(async (session) => {
      await meet(organizationId, session);
      await change(session);
      if (!(await hasOwner(organizationId, session))) throw lastOwner();
    });

  /** Nobody changes what is above the own role. @throws memberRoleTooLow */
  async function checkRank(
    organization: OrganizationId,
    { actor, account, role }: { actor: AccountId; account: AccountId; role?: AccountRole },
    session: TransactionSession,
  ): Promise<void> {
    const own = await roleIn(organization, actor, session);
    if (actor !== account && !roleIncludes(own, 'admin')) throw memberRoleTooLow({ needed: 'admin' });
    const current = await roleIn(organization, account, session);
    if (!roleIncludes(own, current) || (role !== undefined && !roleIncludes(own, role))) throw memberRoleTooLow({ needed: 'owner' });
  }

  return {
    roleAt,

    /** @throws notFound for strangers, memberRoleTooLow for members whose role is too low, secondFactorRequired */
    async demand(organizationId: OrganizationId, session: AccountSession, needed: AccountRole): Promise<AccountRole> {
      const role = await roleAt(session, { organizationId, projectId: null });
      if (role === null) throw notFound();
      if (!roleIncludes(role, needed)) throw memberRoleTooLow({ needed });
      return role;
    },

    list: (organizationId: OrganizationId): Promise<MemberRow[]> => members.find({ organizationId }, { sort: { createdAt: 1 } }),
    listOf: (accountId: AccountId): Promise<MemberRow[]> => members.find({ accountId }),

    /** Adds a member with the rest of a transaction; call `forget` once it has happened. @throws alreadyMember, notFound */
    async add(
      organizationId: OrganizationId,
      member: { accountId: AccountId; role: AccountRole },
      session: TransactionSession,
    ): Promise<void> {
      const id = memberId(organizationId, member.accountId);
      await meet(organizationId, session);
      // A member's role is changed by its owners, never by a link: an owner who clicks one would lose the organization.
      if ((await members.findOne({ id }, { session })) !== null) throw alreadyMember();
      await members.insert({ id, organizationId, ...member, createdAt: new Date(clock.now()) }, { session });
    },

    forget,

    /** What all processes know of the account's roles is read again. */
    async forgetAccount(accountId: AccountId): Promise<void> {
      for (const { id } of await members.find({ accountId })) store.signals.invalidate(TOPIC, id);
    },

    /** What all processes know of these members' roles is read again. */
    async forgetAll(organizationId: OrganizationId): Promise<void> {
      for (const { id } of await members.find({ organizationId })) store.signals.invalidate(TOPIC, id);
    },

    /** @throws lastOwner, memberRoleTooLow, notFound */
    async setRole(
      organization: OrganizationId,
      { actor, account, role }: { actor: AccountId; account: AccountId; role: AccountRole },
      noted: Noted<void>,
    ): Promise<void> {
      await keepingAnOwner(organization, noted, async (session) => {
        await checkRank(organization, { actor, account, role }, session);
        await members.update({ id: memberId(organization, account) }, { $set: { role } }, { session });
      });
      forget(organization, account);
    },

    /** Removes a member, or lets the own account leave. @throws lastOwner, memberRoleTooLow, notFound */
    async remove(
      organization: OrganizationId,
      { actor, account }: { actor: AccountId; account: AccountId },
      noted: Noted<void>,
    ): Promise<void> {
      await keepingAnOwner(organization, noted, async (session) => {
        await checkRank(organization, { actor, account }, session);
        await members.delete({ id: memberId(organization, account) }, { session });
      });
      forget(organization, account);
    },

    /** Makes another member the owner and the owner an admin. @throws memberRoleTooLow, notFound */
    async transfer(organization: OrganizationId, { from, to }: { from: AccountId; to: AccountId }, noted: Noted<void>): Promise<void> {
      await keepingAnOwner(organization, noted, async (session) => {
        if ((await roleIn(organization, from, session)) !== 'owner') throw memberRoleTooLow({ needed: 'owner' });
        await roleIn(organization, to, session);
        await members.update({ id: memberId(organization, from) }, { $set: { role: 'admin' } }, { session });
        await members.update({ id: memberId(organization, to) }, { $set: { role: 'owner' } }, { session });
      });
      forget(organization, from);
      forget(organization, to);
    },

    /**
     * Takes an account that ends out of all its organizations. Those that nobody else is in, and that have no project, end with it.
     * @returns the organizations it was in
     * @throws lastOwner when one of the others would have no owner
     */
    async leaveAll(accountId: AccountId, session: TransactionSession): Promise<OrganizationId[]> {
      const own = await members.find({ accountId }, { session });
      for (const { id, organizationId } of own) {
        await organizations.update({ id: organizationId }, { $inc: { memberChanges: 1 } }, { session });
        await members.delete({ id }, { session });
        const row = await organizations.findOne({ id: organizationId }, { session });
        if (row === null || isDeleted(row) || (await hasOwner(organizationId, session))) continue;
        const isUsed =
          (await members.findOne({ organizationId }, { session })) !== null ||
          (await store.control(ProjectKind).findOne({ organizationId, deletedAt: null }, { session })) !== null;
        if (isUsed) throw lastOwner();
        await organizations.update({ id: organizationId }, { $set: { deletedAt: new Date(clock.now()) } }, { session });
      }
      return own.map(({ organizationId }) => organizationId);
    },
  };
}
export type Members = ReturnType<typeof createMembers>;

/** Whether the organization was deleted; it can be restored for some days. */
export const isDeleted = ({ deletedAt }: Pick<OrganizationRow, 'deletedAt'>): boolean => deletedAt !== undefined && deletedAt !== null;

/** The members with their names, for lists. */
export async function presentMembers(members: Members, accounts: Accounts, id: OrganizationId) {
  const rows = await members.list(id);
  const people = new Map((await accounts.find(rows.map(({ accountId }) => accountId))).map((account) => [account.id, account]));
  return rows.flatMap(({ accountId, role, createdAt }) => {
    const person = people.get(accountId);
    return person === undefined ? [] : [{ accountId, email: person.email, name: person.name, role, createdAt: createdAt.toISOString() }];
  });
}
