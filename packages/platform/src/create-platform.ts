import type { Frame } from '@mainstay/host';
import type { AccountCredentials, AccountSession } from '@mainstay/http';
import type { AccountId, AccountRole, Project, ProjectContext } from '@mainstay/kernel';
import { hkdfSync } from 'node:crypto';
import { createAccounts } from './accounts/accounts.service.ts';
import { createCredentials } from './accounts/credentials.service.ts';
import { createAudit } from './audit/audit.service.ts';
import { createKeys } from './keys/keys.service.ts';
import { createProjectResolver } from './keys/resolve-project.ts';
import { createOrganizations } from './organizations/organizations.service.ts';
import type { PlatformSettings } from './platform.settings.ts';
import type { EraseElsewhere } from './projects/project-eraser.ts';
import { createProjectEraser } from './projects/project-eraser.ts';
import { createProjects } from './projects/projects.service.ts';

/** Numbers that other rooms know about a project, e.g. `{ storageBytes }`. */
export type UsageReaders = Readonly<Record<string, (context: ProjectContext) => Promise<Readonly<Record<string, number>>>>>;

/** What the platform needs besides the frame. */
export interface PlatformDependencies {
  readonly settings: PlatformSettings;
  /** Peppers key hashes and signs CSRF tokens. */
  readonly masterKey: Buffer;
  readonly usageReaders?: UsageReaders;
  /** What rooms do to forget a project, besides their rows in MongoDB. */
  readonly eraseElsewhere?: readonly EraseElsewhere[];
}

const KEY_BYTES = 32;

/** Accounts, organizations, projects and keys: who the tenants are and who may enter them. */
export function createPlatform(frame: Frame, { settings, masterKey, usageReaders = {}, eraseElsewhere = [] }: PlatformDependencies) {
  const keyFor = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', masterKey, '', purpose, KEY_BYTES));
  const credentials = createCredentials(frame);
  const audit = createAudit(frame);
  const organizations = createOrganizations(frame, { credentials, audit });
  const accounts = createAccounts(frame, {
    settings,
    credentials,
    csrfKey: keyFor('csrf'),
    onSignedUp: async (account, ip) => {
      await organizations.create(account, `${account.name}'s organization`, ip);
    },
  });
  const keys = createKeys(frame, keyFor('keys'));
  const projects = createProjects(frame, { settings, keys });
  const { resolveProject, loadProject } = createProjectResolver(frame, { keys, load: (id) => projects.load(id) });
  return {
    createEraser: () => createProjectEraser(frame, { settings, eraseElsewhere }),
    accounts,
    credentials,
    organizations,
    projects,
    keys,
    audit,
    resolveProject,
    loadProject,
    resolveAccount: (given: AccountCredentials): AccountSession | null | Promise<AccountSession | null> => accounts.resolve(given),
    accountRole: (account: AccountId, project: Project): AccountRole | null | Promise<AccountRole | null> =>
      organizations.roleOf(project.organizationId, account),
    createSignInLink: (email: string): Promise<string> => accounts.createSignInLink(email),
    async readUsage(context: ProjectContext): Promise<Record<string, number>> {
      const parts = await Promise.all(Object.values(usageReaders).map((read) => read(context)));
      return Object.assign({}, ...parts) as Record<string, number>;
    },
  };
}
export type Platform = ReturnType<typeof createPlatform>;
