import type { Frame } from '@mainstay/host';
import { issuesOf } from '@mainstay/http';
import type { ProblemIssue, ProjectContext, UserId } from '@mainstay/kernel';
import { createId, Problem } from '@mainstay/kernel';
import type { AuthSettings } from '../auth.settings.ts';
import type { AuthEvents } from '../events/events.service.ts';
import type { Profiles } from '../profiles/profiles.service.ts';
import { nameKeysOf } from '../users/name-keys-of.ts';
import { presentUser } from '../users/present-user.ts';
import type { UserRow } from '../users/users.model.ts';
import { RoleKind, UserKind } from '../users/users.model.ts';
import { hashOfRow } from './hash-of-row.ts';
import { hashesNeedKey } from './imports.problems.ts';
import type { UserImportAnswer, UserImportBody } from './imports.schema.ts';
import { UserImportRow } from './imports.schema.ts';
import type { UserLine } from './read-user-rows.ts';
import { readUserRows } from './read-user-rows.ts';

const BATCH = 500;
const PAGE = 500;
const MAX_ERRORS = 1_000;

/** What imports need besides the frame. */
export interface UserImportsDependencies {
  readonly settings: AuthSettings;
  readonly events: AuthEvents;
  readonly profiles: Profiles;
}

/** A row that can be written, and where it came from. */
interface Candidate {
  readonly row: number;
  readonly user: UserRow;
}

/** What was made of a file so far. */
interface Report {
  readonly errors: UserImportAnswer['errors'];
  errorCount: number;
  imported: number;
}

/** Users with their passwords from elsewhere, and out again. */
export function createUserImports({ store, clock }: Frame, { settings, events, profiles }: UserImportsDependencies) {
  const rowsOf = (context: ProjectContext) => store.kind(context, UserKind);

  function refuse(report: Report, row: number, issues: readonly ProblemIssue[]): void {
    report.errorCount += 1;
    for (const issue of issues) if (report.errors.length < MAX_ERRORS) report.errors.push({ row, ...issue });
  }

  /** The user that a line describes. @throws Problem of invalid fields */
  async function userOf(context: ProjectContext, line: UserLine, body: UserImportBody): Promise<UserRow | readonly ProblemIssue[]> {
    const parsed = UserImportRow.safeParse(line);
    if (!parsed.success) return issuesOf(parsed.error, '');
    const { id, email, username, name, claims, profile, createdAt, lastSeenAt, ...rest } = parsed.data;
    const passwordHash = hashOfRow(rest, body.hash);
    if (passwordHash === undefined) {
      return [{ path: 'passwordHash', code: 'unknown_hash', message: 'This is no hash that can be checked, or one that costs too much.' }];
    }
    const told = profile === undefined ? undefined : (await profiles.changeOf(context, profile)).set;
    return {
      id: (id ?? createId()) as UserId,
      ...(email === undefined ? {} : { email }),
      ...(username === undefined ? {} : { username }),
      emailVerified: rest.emailVerified,
      name: name ?? null,
      ...(name === undefined ? {} : { nameKeys: nameKeysOf(name) }),
      passwordHash,
      roles: rest.roles,
      ...(claims === undefined ? {} : { claims }),
      ...(told === undefined ? {} : { profile: told }),
      // One with an id alone is known elsewhere: nobody may take it over as an anonymous one.
      ...(email === undefined && username === undefined ? { vouched: true } : {}),
      blocked: rest.blocked,
      createdAt: createdAt === undefined ? new Date(clock.now()) : new Date(createdAt),
      lastSeenAt: lastSeenAt === undefined ? null : new Date(lastSeenAt),
    };
  }

  /** What of the candidates somebody has already, here or further up in the file. */
  async function findTaken(
    context: ProjectContext,
    batch: readonly Candidate[],
    seen: Set<string>,
  ): Promise<(user: UserRow) => string | null> {
    const [ids, emails, usernames] = (['id', 'email', 'username'] as const).map((field) => batch.flatMap(({ user }) => user[field] ?? []));
    const found = await rowsOf(context).find({
      $or: [{ id: { $in: ids } }, { email: { $in: emails } }, { username: { $in: usernames } }],
    });
    const taken = new Set(found.flatMap(({ id, email, username }) => [`id ${id}`, `email ${email ?? ''}`, `username ${username ?? ''}`]));
    return ({ id, email, username }) => {
      const names = [['id', id] as const, ['email', email] as const, ['username', username] as const];
      const keys = names.flatMap(([field, value]) => (value === undefined ? [] : [[field, `${field} ${value}`] as const]));
      const clash = keys.find(([, key]) => taken.has(key) || seen.has(key));
      for (const [, key] of keys) seen.add(key);
      return clash?.[0] ?? null;
    };
  }

  async function write(context: ProjectContext, batch: readonly Candidate[], { report, dryRun }: { report: Report; dryRun: boolean }) {
    if (dryRun) {
      report.imported += batch.length;
      return;
    }
    const { inserted, duplicates } = await rowsOf(context).insertMany(batch.map(({ user }) => user));
    report.imported += inserted;
    for (const id of duplicates) {
      const row = batch.find(({ user }) => user.id === id)?.row ?? 0;
      refuse(report, row, [{ path: 'id', code: 'taken', message: 'Somebody was faster and has this id, address or name.' }]);
    }
  }

  return {
    /** Writes the users of a file; rows that can't be are named one by one, and a file that is sent again adds nobody twice. @throws importTooLong, importUnreadable */
    async import(context: ProjectContext, body: UserImportBody): Promise<UserImportAnswer> {
      const lines = readUserRows(body, settings.importMaxUsers);
      const known = new Set((await store.kind(context, RoleKind).find({})).map(({ id }) => id));
      const report: Report = { errors: [], errorCount: 0, imported: 0 };
      const seen = new Set<string>();
      for (let start = 0; start < lines.length; start += BATCH) {
        const checked: Candidate[] = [];
        for (const [offset, line] of lines.slice(start, start + BATCH).entries()) {
          const row = start + offset + 1;
          const user = await userOf(context, line, body).catch(issuesOfProblem);
          const issues = 'id' in user ? unknownRoles(user, known) : user;
          if (issues.length > 0) refuse(report, row, issues);
          else if ('id' in user) checked.push({ row, user });
        }
        const clashOf = await findTaken(context, checked, seen);
        const fresh = checked.filter(({ row, user }) => {
          const clash = clashOf(user);
          if (clash !== null) refuse(report, row, [{ path: clash, code: 'taken', message: `There is a user with this ${clash}.` }]);
          return clash === null;
        });
        await write(context, fresh, { report, dryRun: body.dryRun });
      }
      const { imported, errorCount, errors } = report;
      if (!body.dryRun) await events.note(context, { type: 'imported', userId: null, detail: { imported, errors: errorCount } });
      return { dryRun: body.dryRun, rows: lines.length, imported, errorCount, errors };
    },

    /** All users, one per line, in the form that an import reads. @throws hashesNeedKey before the first line */
    async *export(context: ProjectContext, { hashes }: { hashes: boolean }): AsyncGenerator<string> {
      if (hashes && context.principal.type !== 'key') throw hashesNeedKey();
      await events.note(context, { type: 'exported', userId: null, detail: { hashes } });
      for (let after = ''; ;) {
        const found = await rowsOf(context).find({ id: { $gt: after } }, { sort: { id: 1 }, limit: PAGE });
        if (found.length > 0) yield found.map((row) => `${JSON.stringify(exported(row, hashes))}\n`).join('');
        if (found.length < PAGE) return;
        after = found.at(-1)?.id ?? after;
      }
    },
  };
}
export type UserImports = ReturnType<typeof createUserImports>;

function issuesOfProblem(error: unknown): readonly ProblemIssue[] {
  if (error instanceof Problem && error.issues.length > 0) return error.issues;
  throw error;
}

function unknownRoles({ roles }: UserRow, known: ReadonlySet<string>): ProblemIssue[] {
  return roles
    .filter((role) => !known.has(role))
    .map((role) => ({ path: 'roles', code: 'role_not_found', message: `There is no role "${role}".` }));
}

function exported(row: UserRow, hashes: boolean) {
  const { anonymous: _, ...user } = presentUser(row);
  return { ...user, profile: row.profile ?? {}, ...(hashes && row.passwordHash !== null ? { passwordHash: row.passwordHash } : {}) };
}
