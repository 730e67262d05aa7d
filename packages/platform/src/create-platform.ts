import type { Frame } from '@mainstay/host';
import type { AccountCredentials, AccountSession, PlatformContext } from '@mainstay/http';
import type { AccountRole, Project, ProjectContext } from '@mainstay/kernel';
import { createSeal } from '@mainstay/kernel';
import type { Mailer } from '@mainstay/mail';
import { createAttemptGuard } from '@mainstay/passwords';
import { hkdfSync } from 'node:crypto';
import { createAccounts } from './accounts/accounts.service.ts';
import { createNoteFailure } from './accounts/create-note-failure.ts';
import { createEndAccount } from './accounts/end-account.ts';
import { createCredentials } from './accounts/credentials.service.ts';
import { sessionOf } from './accounts/session-of.ts';
import type { AuditEntry, Noted } from './audit/audit.service.ts';
import { createAudit } from './audit/audit.service.ts';
import { createInvitations } from './invitations/invitations.service.ts';
import { createExposureNotes } from './keys/create-exposure-notes.ts';
import { createKeys } from './keys/keys.service.ts';
import { createProjectResolver } from './keys/resolve-project.ts';
import { createMembers } from './members/members.service.ts';
import { createOrganizations } from './organizations/organizations.service.ts';
import type { PlatformSettings } from './platform.settings.ts';
import type { EraseElsewhere } from './projects/project-eraser.ts';
import { createProjectEraser } from './projects/project-eraser.ts';
import { createProjects } from './projects/projects.service.ts';
import { createProofs } from './proofs/proofs.service.ts';
import { createAccountFactors } from './second-factors/account-factors.service.ts';
import { createAccountPasskeys } from './second-factors/account-passkeys.service.ts';
import { createSecondStep } from './second-factors/second-step.service.ts';
import { createSteps } from './second-factors/steps.service.ts';
import { createSessions } from './sessions/sessions.service.ts';

/** Numbers that other rooms know about a project, e.g. `{ storageBytes }`. */
export type UsageReaders = Readonly<Record<string, (context: ProjectContext) => Promise<Readonly<Record<string, number>>>>>;

/** What the platform needs besides the frame. */
export interface PlatformDependencies {
  readonly settings: PlatformSettings;
  /** Peppers key hashes and signs CSRF tokens. */
  readonly masterKey: Buffer;
  /** Sends the mails to accounts. */
  readonly mailer: Mailer;
  readonly usageReaders?: UsageReaders;
  /** What rooms do to forget a project, besides their rows in MongoDB. */
  readonly eraseElsewhere?: readonly EraseElsewhere[];
}

const KEY_BYTES = 32;

/** Accounts, organizations, projects and keys: who the tenants are and who may enter them. */
export function createPlatform(frame: Frame, dependencies: PlatformDependencies) {
  const { settings, masterKey, mailer, usageReaders = {}, eraseElsewhere = [] } = dependencies;
  const keyFor = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', masterKey, '', purpose, KEY_BYTES));
  const credentials = createCredentials(frame);
  const audit = createAudit(frame);
  const members = createMembers(frame);
  const organizations = createOrganizations(frame, { settings, members, audit });
  const guard = createAttemptGuard(frame);
  const sessions = createSessions(frame, { settings, credentials, audit, csrfKey: keyFor('csrf') });
  const proofs = createProofs(frame, { settings, mailer, guard });
  const invitations = createInvitations(frame, { settings, credentials, members, mailer, guard, audit });
  const endAccount = createEndAccount(frame, { members, sessions, audit });
  const context = () => mailer.platformContext();
  const steps = createSteps(frame);
  const passkeys = createAccountPasskeys(frame, steps);
  const seal = createSeal(keyFor('seal'), 'platform');
  const factors = createAccountFactors(frame, { seal, context, onChanged: (account) => members.forgetAccount(account) });
  const noteFailure = createNoteFailure({ settings, audit, guard, context });
  const secondStep = createSecondStep(frame, { settings, sessions, factors, passkeys, steps, guard, noteFailure, context });
  const accounts = createAccounts(frame, {
    settings,
    credentials,
    sessions,
    proofs,
    secondStep,
    noteFailure,
    guard,
    mailer,
    audit,
    isInvited: async (email, token) => (await invitations.find(token)).row.email === email,
    onSignedUp: async (account, ip) => {
      await organizations.create(account, `${account.name}'s organization`, ip);
    },
  });
  const keys = createKeys(frame, keyFor('keys'));
  const projects = createProjects(frame, { settings, keys });
  const { resolveProject, loadProject } = createProjectResolver(frame, { keys, load: (id) => projects.load(id) });
  return {
    createEraser: () => createProjectEraser(frame, { settings, eraseElsewhere }),
    frame,
    mailer,
    accounts,
    factors,
    passkeys,
    secondStep,
    sessions,
    proofs,
    credentials,
    organizations,
    members,
    invitations,
    endAccount,
    projects,
    keys,
    audit,
    resolveProject,
    secretKeyExposed: createExposureNotes(frame, audit),
    loadProject,
    resolveAccount: (given: AccountCredentials): AccountSession | null | Promise<AccountSession | null> => sessions.resolve(given),
    accountRole: (session: AccountSession, project: Project): AccountRole | null | Promise<AccountRole | null> =>
      members.roleAt(session, { organizationId: project.organizationId, projectId: project.id }),
    /** Notes what the account behind the request does to itself, in its own log. */
    notedBy<T>(context: PlatformContext, action: string, targetOf?: (result: T) => string): Noted<T> {
      const { account } = sessionOf(context);
      const { id, email } = account;
      return audit.noted<T>((made) => ({ scope: `account:${id}`, actor: email, action, target: targetOf?.(made) ?? id, ip: context.ip }));
    },
    /** Notes what the account behind the request does to an organization, in the log of that. */
    notedIn<T>(context: PlatformContext, organization: string, entry: Pick<AuditEntry, 'action' | 'target' | 'detail'>): Noted<T> {
      const actor = sessionOf(context).account.email;
      return audit.noted<T>(() => ({ scope: `organization:${organization}`, actor, ip: context.ip, ...entry }));
    },
    createSignInLink: (email: string): Promise<string> => accounts.createSignInLink(email),
    async readUsage(context: ProjectContext): Promise<Record<string, number>> {
      const parts = await Promise.all(Object.values(usageReaders).map((read) => read(context)));
      return Object.assign({}, ...parts) as Record<string, number>;
    },
  };
}
export type Platform = ReturnType<typeof createPlatform>;
