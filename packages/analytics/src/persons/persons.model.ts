import { defineKind } from '@mainstay/store';

/** What `identify` calls said of a user. */
export interface PersonRow {
  readonly id: string;
  readonly userId: string;
  /** Traits by their name, escaped by {@link escapeTrait}. */
  readonly traits: Readonly<Record<string, unknown>>;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly w: Readonly<Record<string, number>>;
}

export const PersonKind = defineKind<PersonRow>({ name: 'persons', indexes: [{ fields: { userId: 1 } }, { fields: { lastSeenAt: -1 } }] });

/** A trait's name as a field of the row: a dot would be a path there. */
export function escapeTrait(name: string): string {
  return name.replaceAll('%', '%25').replaceAll('.', '%2E');
}

/** The name that {@link escapeTrait} escaped. */
export function unescapeTrait(field: string): string {
  return field.replaceAll('%2E', '.').replaceAll('%25', '%');
}
