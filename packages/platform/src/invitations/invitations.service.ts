import type { Frame } from '@mainstay/host';
import type { AccountId, AccountRole, OrganizationId } from '@mainstay/kernel';
import { notFound } from '@mainstay/kernel';
import type { Mailer } from '@mainstay/mail';
import type { AttemptGuard } from '@mainstay/passwords';
import type { Credentials, NewCredential } from '../accounts/credentials.service.ts';
import type { Audit, Noted } from '../audit/audit.service.ts';
import type { Members } from '../members/members.service.ts';
import { isDeleted } from '../members/members.service.ts';
import type { CredentialRow, OrganizationRow } from '../platform.model.ts';
import { AccountKind, OrganizationKind } from '../platform.model.ts';
import { linkUsedUp } from '../platform.problems.ts';
import type { PlatformSettings } from '../platform.settings.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What invitations need besides the frame. */
export interface InvitationsDependencies {
  readonly settings: PlatformSettings;
  readonly credentials: Credentials;
  readonly members: Members;
  readonly mailer: Mailer;
  readonly guard: AttemptGuard;
  readonly audit: Audit;
}

/** Who is asked to join, as what, and by whom. */
export interface NewInvitation {
  readonly email: string;
  readonly role: AccountRole;
  readonly inviter: { readonly id: AccountId; readonly name: string };
}

/** Invitations to organizations: links by mail that one address can use, once. */
export function createInvitations({ store, place }: Frame, dependencies: InvitationsDependencies) {
  const { settings, credentials, members, mailer, guard, audit } = dependencies;
  const organizations = store.control(OrganizationKind);

  /** The invitation behind a token and where it leads. @throws linkUsedUp */
  async function find(token: string): Promise<{ row: CredentialRow; role: AccountRole; organization: OrganizationRow }> {
    const row = await credentials.find(token);
    const organization = row?.type !== 'invitation' || row.organizationId === null ? null : await organizations.get(row.organizationId);
    if (row === null || organization === null || row.role === null || isDeleted(organization)) throw linkUsedUp();
    return { row, role: row.role, organization };
  }

  const linkOf = (token: string): string => `${place.origin()}/invitation?token=${token}`;

  return {
    find,

    /** Invites an address by mail; an earlier invitation of the same one ends. @returns the invitation and its link @throws limitExceeded, mailAddressRefused */
    async invite(organization: OrganizationRow, { email, role, inviter }: NewInvitation, noted: Noted<NewCredential>) {
      const context = mailer.platformContext();
      const allowance = { name: 'invitations per hour', allowed: settings.invitationsPerHour, windowMs: HOUR_MS };
      await guard.take(context, [{ ...allowance, key: `invitations by ${inviter.id}` }]);
      const { id: organizationId } = organization;
      const made = await noted(async (session) => {
        await credentials.rows.deleteMany({ organizationId, type: 'invitation', email }, { session });
        const invitation = await credentials.create(
          { type: 'invitation', organizationId, email, role, name: inviter.name },
          settings.invitationDays * DAY_MS,
          session,
        );
        const values = { link: linkOf(invitation.token), inviter: inviter.name, organization: organization.name };
        await mailer.send(context, { to: email, template: 'invitation', values, id: invitation.row.handle, session });
        return invitation;
      });
      await mailer.outbox.deliver(context);
      return { row: made.row, link: linkOf(made.token) };
    },

    list: (organizationId: OrganizationId): Promise<CredentialRow[]> =>
      credentials.rows.find({ organizationId, type: 'invitation' }, { sort: { createdAt: -1 } }),

    /** @throws notFound */
    withdraw: (organizationId: OrganizationId, handle: string, noted: Noted<void>): Promise<void> =>
      noted(async (session) => {
        if ((await credentials.rows.delete({ organizationId, handle, type: 'invitation' }, { session })) === 0) throw notFound();
      }),

    /**
     * Uses the invitation up and adds the member, both or neither.
     * @throws linkUsedUp also when it was meant for another address: then it stays for the one it was meant for; alreadyMember
     */
    async accept(token: string, accountId: AccountId, ip: string): Promise<OrganizationRow> {
      const { row, role, organization } = await find(token);
      const { id: organizationId } = organization;
      // The address as it is now: the session may remember another one.
      const account = await store.control(AccountKind).findOne({ id: accountId });
      if (account === null || row.email !== account.email) throw linkUsedUp();
      const scope = `organization:${organizationId}`;
      const entry = { scope, actor: account.email, action: 'member.joined', target: accountId, detail: { role }, ip };
      await audit.noted<void>(() => entry)(async (session) => {
        if ((await credentials.rows.delete({ id: row.id, type: 'invitation' }, { session })) === 0) throw linkUsedUp();
        await members.add(organizationId, { accountId, role }, session);
      });
      members.forget(organizationId, accountId);
      return organization;
    },
  };
}
export type Invitations = ReturnType<typeof createInvitations>;
