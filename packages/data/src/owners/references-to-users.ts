import type { FieldDefinition } from '../collections/collections.schema.ts';

/** A field that names a user. */
export interface UserReference {
  readonly field: string;
  /** An array of users. */
  readonly isList: boolean;
  readonly isRequired: boolean;
}

/** The fields that name users: references to `users`, lists of them, and `owner` where it is a text. */
export function referencesToUsers(fields: Readonly<Record<string, FieldDefinition>>): UserReference[] {
  return Object.entries(fields).flatMap(([field, { type, of, collection, required, learned }]) => {
    const isReference = collection === 'users' && (type === 'reference' || (type === 'array' && of === 'reference'));
    const isOwner = field === 'owner' && (type === 'string' || type === 'reference');
    if (!isReference && !isOwner) return [];
    return [{ field, isList: type === 'array', isRequired: required === true && learned !== true }];
  });
}
