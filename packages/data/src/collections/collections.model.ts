import { defineKind } from '@mainstay/store';
import type { CollectionDefinition } from './collections.schema.ts';

/** A collection's definition; its name is the id. */
export interface CollectionRow extends CollectionDefinition {
  readonly id: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const CollectionKind = defineKind<CollectionRow>({ name: 'collections' });
