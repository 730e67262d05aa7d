import type { ProfileValues } from '../profiles/profiles.schema.ts';
import type { ProfileChange } from '../profiles/profiles.service.ts';
import { nameKeysOf } from './name-keys-of.ts';

/** What may be changed of a user. */
export interface UserChange {
  readonly name?: string | null | undefined;
  readonly blocked?: boolean | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** Null takes a value away. */
  readonly profile?: ProfileValues | undefined;
}

/** The change as MongoDB takes it; empty where nothing changes. */
export function userUpdate({ name, blocked, roles, claims }: UserChange, profile: ProfileChange) {
  const set = {
    ...Object.fromEntries(Object.entries(profile.set).map(([field, value]) => [`profile.${field}`, value])),
    ...(name === undefined ? {} : { name, nameKeys: nameKeysOf(name) }),
    ...(claims === undefined ? {} : { claims }),
    ...(blocked === undefined ? {} : { blocked }),
    ...(roles === undefined ? {} : { roles: [...new Set(roles)] }),
  };
  const unset = Object.fromEntries(profile.unset.map((field) => [`profile.${field}`, '']));
  return {
    ...(Object.keys(set).length === 0 ? {} : { $set: set }),
    ...(profile.unset.length === 0 ? {} : { $unset: unset }),
  };
}
