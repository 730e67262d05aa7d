import type { ProjectContext } from '@mainstay/kernel';
import { rulesApplyTo } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import { shortenAddress } from '../events/shorten-address.ts';
import type { Grant, Hooks } from '../hooks/hooks.service.ts';
import { isDisposableDomain } from '../hooks/is-disposable-domain.ts';
import type { Policies } from '../policy/policy.service.ts';
import type { Client } from '../sessions/sessions.service.ts';
import { presentUser } from './present-user.ts';
import type { UserRow } from './users.model.ts';
import { RoleKind } from './users.model.ts';

/** What asking a project's own server about users needs. */
export interface AdmissionDependencies {
  readonly store: Store;
  readonly policies: Policies;
  readonly hooks: Hooks;
}

/** Asks the project's own server about those who come, and says what it makes of them. */
export function createAdmission({ store, policies, hooks }: AdmissionDependencies) {
  /** As much of the client as the project keeps. */
  async function shown(context: ProjectContext, client?: Client) {
    const { addressesInEvents } = await policies.get(context);
    return client === undefined ? null : { ...client, ip: shortenAddress(client.ip, addressesInEvents) };
  }

  /** What a hook grants; roles that are not there are left out. */
  async function granted(context: ProjectContext, { claims, roles }: Grant): Promise<Partial<UserRow>> {
    const found = roles === undefined ? [] : await store.kind(context, RoleKind).find({ id: { $in: roles } });
    return { ...(claims === undefined ? {} : { claims }), ...(roles === undefined ? {} : { roles: found.map(({ id }) => id) }) };
  }

  return {
    /** What becomes of somebody new. Servers are not asked about whom they make. @throws refusedByHook, hookUnavailable */
    async beforeSignUp(context: ProjectContext, user: Partial<UserRow>, client?: Client): Promise<Partial<UserRow>> {
      if (!rulesApplyTo(context.principal)) return {};
      const { email = null, username = null, name = null, emailVerified = false } = user;
      const isDisposable = email !== null && isDisposableDomain(email.slice(email.lastIndexOf('@') + 1));
      const candidate = { email, username, name, emailVerified, isDisposable };
      return granted(context, await hooks.ask(context, 'beforeSignUp', { user: candidate, client: await shown(context, client) }));
    },

    /** What becomes of somebody who has shown who they are. @throws refusedByHook, hookUnavailable */
    beforeSignIn: async (context: ProjectContext, row: UserRow, client: Client): Promise<Partial<UserRow>> =>
      granted(context, await hooks.ask(context, 'beforeSignIn', { user: presentUser(row), client: await shown(context, client) })),
  };
}
