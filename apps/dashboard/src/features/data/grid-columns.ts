import type { Collection, Document, FieldType } from './data-shapes.ts';
import { SYSTEM_FIELDS } from './data-shapes.ts';

/** A column of the grid: a field of the documents. */
export interface GridColumn {
  readonly field: string;
  /** Undefined for learned fields. */
  readonly type: FieldType | undefined;
  readonly values?: readonly string[];
  readonly isEditable: boolean;
  /** In pixels. */
  readonly width: number;
}

const WIDTHS: Readonly<Partial<Record<FieldType, number>>> = {
  boolean: 90,
  integer: 110,
  number: 110,
  date: 215,
  text: 300,
  json: 260,
  object: 260,
  array: 220,
};

/** The columns of a collection: the id, its declared fields, those that documents brought, and the times. */
export function gridColumns(collection: Collection, documents: readonly Document[]): readonly GridColumn[] {
  const declared = Object.entries(collection.fields).map(([field, { type, values }]): GridColumn => {
    return { field, type, isEditable: true, width: WIDTHS[type] ?? 190, ...(values ? { values } : {}) };
  });
  const known = new Set([...SYSTEM_FIELDS, ...Object.keys(collection.fields)]);
  const learned = new Set(documents.flatMap((document) => Object.keys(document)).filter((field) => !known.has(field)));
  return [
    { field: 'id', type: 'string', isEditable: false, width: 210 },
    ...declared,
    ...[...learned].map((field): GridColumn => ({ field, type: undefined, isEditable: true, width: 190 })),
    { field: 'createdAt', type: 'date', isEditable: false, width: 215 },
    { field: 'updatedAt', type: 'date', isEditable: false, width: 215 },
    { field: 'version', type: 'integer', isEditable: false, width: 90 },
  ];
}
