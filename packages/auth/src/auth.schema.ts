import { Email } from '@mainstay/kernel/schema';
import { z } from 'zod';
import { ProfileValues } from './profiles/profiles.schema.ts';
import { Claims } from './users/claims.schema.ts';

export const Password = z.string().max(1_024);
const Name = z.string().trim().min(1).max(200);
const Id = z.string().max(64);
/** ASCII only: there are no look-alikes. Upper case makes no other name. */
export const Username = z
  .string()
  .max(64)
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.string().regex(/^[a-z0-9][a-z0-9._-]{2,39}$/, 'A user name has 3 to 40 letters, digits and . _ -'));
export const Locale = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$/, 'A locale looks like en or de-AT.');
const RoleName = z.string().regex(/^(?!\.{1,2}$)[A-Za-z0-9_. -]{1,64}$/, 'A role name has 1 to 64 letters, digits, spaces and . _ -');

export const User = z
  .object({
    id: z.string(),
    email: z.string().nullable(),
    username: z.string().nullable(),
    emailVerified: z.boolean(),
    name: z.string().nullable(),
    anonymous: z.boolean(),
    roles: z.array(z.string()),
    claims: Claims,
    blocked: z.boolean(),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof User>;
/** A user with what the caller may see of the profile. */
export const UserWithProfile = User.extend({ profile: ProfileValues }).meta({ id: 'UserWithProfile' });
export const NewSession = z
  .object({ id: z.string(), token: z.string(), refreshToken: z.string(), expiresAt: z.iso.datetime() })
  .meta({ id: 'NewSession' });
export const SignedIn = z.object({ user: User, session: NewSession }).meta({ id: 'SignedIn' });
export const Session = z
  .object({
    id: z.string(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    ip: z.string(),
    userAgent: z.string(),
    current: z.boolean(),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof Session>;

/** What the widget of a captcha gave, where the project has one (`GET /auth/captcha`). */
export const CaptchaToken = z.string().max(4_096).optional();
/** Nothing need be sent. */
export const AnonymousBody = z.strictObject({ captchaToken: CaptchaToken }).optional();
const NAMES_MESSAGE = 'Give an email, or a username where there is none.';
const newUserShape = {
  email: Email.optional(),
  username: Username.optional(),
  password: Password,
  name: Name.optional(),
  profile: ProfileValues.optional(),
};
const hasName = ({ email, username }: { email?: string | undefined; username?: string | undefined }): boolean =>
  email !== undefined || username !== undefined;
export const NewUserBody = z.strictObject(newUserShape).refine(hasName, { path: ['email'], message: NAMES_MESSAGE });
export const SignUpBody = z
  .strictObject({
    ...newUserShape,
    /** Where the link leads that confirms the address, and the language of its mail. */
    redirectTo: z.string().max(2_000).optional(),
    locale: Locale.optional(),
    captchaToken: CaptchaToken,
  })
  .refine(hasName, { path: ['email'], message: NAMES_MESSAGE });
export const LoginBody = z
  .strictObject({ email: Email.optional(), username: Username.optional(), password: Password, captchaToken: CaptchaToken })
  .refine(({ email, username }) => (email === undefined) !== (username === undefined), {
    path: ['email'],
    message: 'Give either the email or the username.',
  });
export const RefreshBody = z.strictObject({ refreshToken: z.string().max(200) });
export const MePatch = z.strictObject({ name: Name.nullable().optional(), profile: ProfileValues.optional() });
export const PasswordChangeBody = z.strictObject({ currentPassword: Password, newPassword: Password });
export const UserPatch = z.strictObject({
  name: Name.nullable().optional(),
  blocked: z.boolean().optional(),
  roles: z.array(RoleName).max(100).optional(),
  claims: Claims.optional(),
  profile: ProfileValues.optional(),
});
export const UserParams = z.object({ id: Id });
export const SessionParams = z.object({ sessionId: Id });
export const UserSessionParams = z.object({ id: Id, sessionId: Id });
export const UserQuery = z.strictObject({
  search: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  cursor: z.string().max(1_000).optional(),
});
export const UserPage = z.object({ items: z.array(User), nextCursor: z.string().nullable() });
export const Role = z
  .object({ name: z.string(), userIds: z.array(z.string()), roles: z.array(z.string()), createdAt: z.iso.datetime() })
  .meta({ id: 'Role' });
/** Roles whose users have the role as well. */
const HeldRoles = z.array(RoleName).max(100);
export const NewRole = z.strictObject({ name: RoleName, userIds: z.array(Id).max(10_000).default([]), roles: HeldRoles.default([]) });
export const RolePatch = z.strictObject({ userIds: z.array(Id).max(10_000).optional(), roles: HeldRoles.optional() });
export const RoleParams = z.object({ name: z.string().max(64) });
