import type { Frame } from '@mainstay/host';
import type { ProblemIssue, ProjectContext } from '@mainstay/kernel';
import { invalidInput, LoadingCache, rulesApplyTo } from '@mainstay/kernel';
import { isPlainJson } from '../users/claims.schema.ts';
import type { UserRow } from '../users/users.model.ts';
import { checkProfileValue, isPattern } from './check-profile-value.ts';
import { ProfileDefinitionKind } from './profiles.model.ts';
import type { ProfileField, ProfileValues } from './profiles.schema.ts';
import { ProfileDefinition } from './profiles.schema.ts';

const ID = 'profile';
const TOPIC = 'auth-profile';
/** A change that a process missed matters for at most this long. */
const CACHE = { maxEntries: 10_000, maxAgeMs: 30_000 };

/** Who looks at a profile, from least to most. */
const VIEWERS = ['anyone', 'users', 'own', 'server'] as const;

/** A change of stored profiles: values by field, and fields to take away. */
export interface ProfileChange {
  readonly set: Readonly<Record<string, unknown>>;
  readonly unset: readonly string[];
}

/** What users tell of themselves, under the fields that their project defines. */
export function createProfiles({ store }: Frame) {
  const known = new LoadingCache<ProfileDefinition>(CACHE);
  store.signals.onInvalidate(TOPIC, (key) => known.invalidate(key));
  const rowsOf = (context: ProjectContext) => store.kind(context, ProfileDefinitionKind);

  const get = (context: ProjectContext): Promise<ProfileDefinition> =>
    known.get(context.project.id, async () => {
      const row = await rowsOf(context).findOne({ id: ID });
      return ProfileDefinition.parse({ fields: row === null ? {} : (JSON.parse(row.fields) as unknown) });
    });

  /** The values, checked by their fields and by who writes them. @throws invalidInput */
  async function changeOf(context: ProjectContext, values: ProfileValues): Promise<ProfileChange> {
    const { fields } = await get(context);
    const isServer = !rulesApplyTo(context.principal);
    const set: Record<string, unknown> = {};
    const unset: string[] = [];
    const issues: ProblemIssue[] = [];
    for (const [name, value] of Object.entries(values)) {
      const issue = issueOf(Object.hasOwn(fields, name) ? fields[name] : undefined, { value, isServer });
      if (issue !== null) issues.push({ path: `profile.${name}`, ...issue });
      else if (value === null) unset.push(name);
      else set[name] = value;
    }
    if (issues.length > 0) throw invalidInput(undefined, { issues });
    return { set, unset };
  }

  return {
    get,
    changeOf,

    /** Replaces the fields. Values of fields that are gone stay stored, and are shown to nobody. @throws invalidInput for a bad pattern */
    async put(context: ProjectContext, definition: ProfileDefinition): Promise<ProfileDefinition> {
      const issues = Object.entries(definition.fields)
        .filter(([, { pattern }]) => pattern !== undefined && !isPattern(pattern))
        .map(([name]) => ({ path: `fields.${name}.pattern`, code: 'bad_pattern', message: 'This is no pattern of the safe subset.' }));
      if (issues.length > 0) throw invalidInput(undefined, { issues });
      await rowsOf(context).update({ id: ID }, { $set: { fields: JSON.stringify(definition.fields) } }, { upsert: true });
      store.signals.invalidate(TOPIC, context.project.id);
      return definition;
    },

    /** What the caller may see of the profile of a user. */
    async shown(context: ProjectContext, row: UserRow): Promise<ProfileValues> {
      const { fields } = await get(context);
      const rank = VIEWERS.indexOf(viewerOf(context, row));
      const { profile = {} } = row;
      const seen = Object.entries(fields).filter(
        ([name, { readable }]) => Object.hasOwn(profile, name) && VIEWERS.indexOf(readable) <= rank,
      );
      return Object.fromEntries(seen.map(([name]) => [name, profile[name]])) as ProfileValues;
    },
  };
}
export type Profiles = ReturnType<typeof createProfiles>;

function viewerOf({ principal }: ProjectContext, { id }: UserRow): (typeof VIEWERS)[number] {
  if (!rulesApplyTo(principal)) return 'server';
  if (principal.type !== 'user') return 'anyone';
  return principal.id === id ? 'own' : 'users';
}

function issueOf(
  field: ProfileField | undefined,
  { value, isServer }: { value: unknown; isServer: boolean },
): { code: string; message: string } | null {
  // One that only servers read is not told of either.
  if (field === undefined || (!isServer && field.readable === 'server' && field.writable === 'server')) {
    return { code: 'unknown_field', message: 'The profile has no such field.' };
  }
  if (!isServer && field.writable === 'server') return { code: 'not_writable', message: "Only the project's servers write this field." };
  if (value === null) return null;
  const message = isPlainJson(value) ? checkProfileValue(field, value) : 'Give JSON of at most four levels with plain names.';
  return message === null ? null : { code: 'invalid_value', message };
}
