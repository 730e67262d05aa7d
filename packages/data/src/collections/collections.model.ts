import { defineKind } from '@mainstay/store';
import type { CollectionDefinition } from './collections.schema.ts';

/** What writers and readers must know of a change that is under way. */
export interface FieldChange {
  readonly id: string;
  /** A field on its way to another name: first it is stored under both, then the old one goes. */
  readonly move?: { readonly from: string; readonly to: string; readonly phase: 'copy' | 'drop' };
  /** A field that is being removed: some documents still have it. */
  readonly leaving?: string;
}

/** A collection's definition; its name is the id. */
export interface CollectionRow extends CollectionDefinition {
  readonly id: string;
  /** A change of a field that the documents are still following. */
  readonly change?: FieldChange | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const CollectionKind = defineKind<CollectionRow>({ name: 'collections' });
