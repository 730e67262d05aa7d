import { ACCOUNT_ROLES, Email } from '@mainstay/kernel/schema';
import { z } from 'zod';

const Name = z.string().trim().min(1).max(100);
const Password = z.string().max(1_024);
const Role = z.enum(ACCOUNT_ROLES);
const Id = z.string().max(64);

export const SignUpBody = z.strictObject({
  email: Email,
  password: Password,
  name: Name.optional(),
  /** The token of an invitation to this address: it opens an installation whose sign-up is closed. */
  invitation: z.string().max(128).optional(),
});
export const DeleteAccountBody = z.strictObject({ password: Password });
export const LoginBody = z.strictObject({ email: Email, password: Password });
export const LinkBody = z.strictObject({ token: z.string().max(128) });
export const ForgotBody = z.strictObject({ email: Email });
export const ResetBody = z.strictObject({ token: z.string().max(128), password: Password });
export const EmailBody = z.strictObject({ email: Email, password: Password });
export const Accepted = z.object({ accepted: z.literal(true) });
export const AccountSession = z
  .object({
    id: z.string(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
    expiresAt: z.iso.datetime().nullable(),
    ip: z.string(),
    userAgent: z.string(),
    current: z.boolean(),
  })
  .meta({ id: 'AccountSession' });
export const SessionParams = z.object({ sessionId: Id });
/** `others` keeps the session that asks. */
export const EndSessionsQuery = z.strictObject({ which: z.enum(['others', 'all']).default('others') });
export const PasswordBody = z.strictObject({ currentPassword: Password, newPassword: Password });
export const AccountPatch = z.strictObject({ name: Name });

export const Account = z
  .object({ id: z.string(), email: z.string(), emailVerified: z.boolean(), name: z.string(), createdAt: z.iso.datetime() })
  .meta({ id: 'Account' });
export const SignedIn = z.object({ account: Account, csrfToken: z.string() });
export const OrganizationPatch = z.strictObject({ name: Name.optional(), requiresSecondFactor: z.boolean().optional() });
export const OrganizationWithRole = z
  .object({
    id: z.string(),
    name: z.string(),
    role: Role,
    createdAt: z.iso.datetime(),
    requiresSecondFactor: z.boolean(),
    /** Whether the account has to set up a second factor before it may enter. */
    barred: z.boolean(),
  })
  .meta({ id: 'Organization' });
export const Me = z.object({
  account: Account,
  /** Whether the account runs this installation: it reads the mails to accounts while there is no SMTP server. */
  operator: z.boolean(),
  organizations: z.array(OrganizationWithRole),
  csrfToken: z.string().nullable(),
});

/** A list that is short enough to be complete. */
export const listOf = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), nextCursor: z.null() });

export const IdParams = z.object({ id: Id });
export const NameBody = z.strictObject({ name: Name });
export const Member = z.object({ accountId: z.string(), email: z.string(), name: z.string(), role: Role, createdAt: z.iso.datetime() });
export const MemberParams = z.object({ id: Id, accountId: Id });
export const TransferBody = z.strictObject({ accountId: Id, password: Password });
export const RoleBody = z.strictObject({ role: Role });
export const InvitationBody = z.strictObject({ email: Email, role: Role });
export const Invitation = z.object({
  id: z.string(),
  email: z.string(),
  role: Role,
  /** The name of whoever invited. */
  inviter: z.string(),
  expiresAt: z.iso.datetime(),
  link: z.string().optional(),
});
export const ShownInvitation = z.object({ organization: z.string(), inviter: z.string(), email: z.string(), role: Role });
export const InvitationParams = z.object({ id: Id, invitationId: Id });

export const Limits = z.strictObject({
  requestsPerSecond: z.int().min(1),
  storageBytes: z.int().min(0),
  connections: z.int().min(1),
  messagesPerSecond: z.int().min(1),
  eventsPerSecond: z.int().min(1),
  collections: z.int().min(1),
});
export const Project = z
  .object({
    id: z.string(),
    name: z.string(),
    slug: z.string(),
    organizationId: z.string(),
    role: Role,
    createdAt: z.iso.datetime(),
    limits: Limits,
    origins: z.array(z.string()),
  })
  .meta({ id: 'Project' });
export const DeletedOrganization = z
  .object({ id: z.string(), name: z.string(), deletedAt: z.iso.datetime() })
  .meta({ id: 'DeletedOrganization' });
export const DeletedProject = z.object({ id: z.string(), name: z.string(), deletedAt: z.iso.datetime() }).meta({ id: 'DeletedProject' });
export const NewProjectBody = z.strictObject({ name: Name, organizationId: Id.optional() });
const Origin = z
  .string()
  .max(200)
  .regex(/^https?:\/\/[^/\s]+$/, 'Give an origin such as https://app.example.com.');
export const ProjectPatch = z.strictObject({
  name: Name.optional(),
  origins: z.array(Origin).max(100).optional(),
  limits: Limits.partial().optional(),
});
const NewKey = z.object({ id: z.string(), key: z.string() });
export const NewProject = z.object({ project: Project, keys: z.object({ publishable: NewKey, secret: NewKey }) });

export const Key = z
  .object({
    id: z.string(),
    kind: z.enum(['publishable', 'secret']),
    name: z.string(),
    preview: z.string(),
    key: z.string().optional(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
    expiresAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Key' });
export type Key = z.infer<typeof Key>;
export const KeyBody = z.strictObject({ kind: z.enum(['publishable', 'secret']), name: Name });
export const KeyParams = z.object({ id: Id, keyId: Id });
export const RollBody = z.strictObject({
  overlapSeconds: z
    .int()
    .min(0)
    .max(30 * 86_400)
    .default(0),
});

export const AuditQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1_000).optional(),
});
export const AuditPage = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      at: z.iso.datetime(),
      actor: z.string(),
      action: z.string(),
      target: z.string(),
      detail: z.record(z.string(), z.unknown()),
      ip: z.string(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
const Count = z.number().optional();
/** How much is used of each limit, as far as a room counts it. */
export const Usage = z.looseObject({
  requests: Count,
  storageBytes: Count,
  connections: Count,
  events: Count,
  messages: Count,
  documents: Count,
  limits: Limits,
});
export const TokenBody = z.strictObject({
  name: Name,
  access: z.enum(['read', 'write']).default('write'),
  organizationId: Id.optional(),
  projectId: Id.optional(),
  expiresInDays: z.int().min(1).max(3_650).optional(),
});
export const Token = z.object({
  id: z.string(),
  name: z.string(),
  access: z.enum(['read', 'write']),
  organizationId: z.string().nullable(),
  projectId: z.string().nullable(),
  expiresAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  token: z.string().optional(),
});
export const TokenParams = z.object({ tokenId: Id });
