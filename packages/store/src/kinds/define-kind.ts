/** A row of a platform kind: plain data with an id. */
export interface Row {
  readonly id: string;
}

/** An index of a kind. On pooled kinds the project is put in front of the fields. */
export interface KindIndex {
  readonly fields: Readonly<Record<string, 1 | -1>>;
  readonly unique?: boolean;
  /** Only rows that match take part; needed for unique fields that may be absent. */
  readonly where?: Readonly<Record<string, unknown>>;
  /** Rows disappear this many seconds after the time in the (single) field. Such an index has no project in front. */
  readonly expireAfterSeconds?: number;
}

/** A pooled platform kind: one collection of the cell for all projects. */
export interface Kind<R extends Row> {
  readonly scope: 'project';
  readonly name: string;
  readonly indexes: readonly KindIndex[];
  /** Never set: it carries the type of the rows. */
  readonly row?: R;
}

/** A kind of the control database: accounts, organizations, projects, keys. For the platform package only. */
export interface ControlKind<R extends Row> {
  readonly scope: 'control';
  readonly name: string;
  readonly indexes: readonly KindIndex[];
  readonly row?: R;
}

/** Any kind that a module registers. */
export type AnyKind = Kind<Row> | ControlKind<Row>;

const KIND_NAME = /^[a-z][A-Za-z0-9]{1,40}$/;

function checkedName(name: string): string {
  if (!KIND_NAME.test(name)) throw new Error(`kind name ${name} is not camelCase`);
  return name;
}

/** Defines a pooled kind, in a `*.model.ts`. Its collection and indexes are made when the process starts. */
export function defineKind<R extends Row>(definition: { name: string; indexes?: readonly KindIndex[] }): Kind<R> {
  return { scope: 'project', name: checkedName(definition.name), indexes: definition.indexes ?? [] };
}

/** Defines a kind of the control database. */
export function defineControlKind<R extends Row>(definition: { name: string; indexes?: readonly KindIndex[] }): ControlKind<R> {
  return { scope: 'control', name: checkedName(definition.name), indexes: definition.indexes ?? [] };
}
