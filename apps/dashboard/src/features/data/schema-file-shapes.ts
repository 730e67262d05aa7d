import type { CollectionDefinition } from './data-shapes.ts';

/** All definitions of a project, to be kept beside the app's code. */
export interface SchemaFile {
  readonly format: string;
  readonly collections: Readonly<Record<string, CollectionDefinition>>;
}

/** What a file would change. */
export interface SchemaDiff {
  readonly items: readonly SchemaDiffItem[];
}

export interface SchemaDiffItem {
  readonly collection: string;
  /** `missing`: the project has it, the file does not. */
  readonly kind: 'added' | 'changed' | 'missing';
  readonly changes: readonly { readonly path: string; readonly before?: unknown; readonly after?: unknown }[];
}

/** A beginning for an app of a known kind. */
export interface SchemaTemplate {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly file: SchemaFile;
}
