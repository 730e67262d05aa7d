import type { KeyboardEvent, RefObject } from 'react';
import { valueText } from '../../design/value-text.ts';
import { readCellText } from './cell-text.ts';
import type { DocumentGridProps } from './document-grid.tsx';
import type { GridColumn } from './grid-columns.ts';
import { gridPlaceAfter } from './grid-place.ts';
import type { GridPlace } from './grid-place.ts';
import type { GridFocus } from './use-grid-focus.ts';

export interface GridKeysOptions {
  readonly props: RefObject<DocumentGridProps>;
  readonly columns: readonly GridColumn[];
  readonly size: { readonly rows: number; readonly columns: number };
  readonly focus: GridFocus;
  readonly goTo: (place: GridPlace) => void;
  readonly edit: (typed: string | null) => void;
}

/** The keyboard of the grid while no cell is edited. */
export function useGridKeys({ props, columns, size, focus, goTo, edit }: GridKeysOptions) {
  const { row, column } = focus.place;

  const valueAt = (at: GridPlace): unknown => {
    const document = props.current.documents[at.row];
    const field = columns[at.column - 1]?.field;
    if (document === undefined || field === undefined) return undefined;
    const changes = props.current.edits.documents[document.id]?.changes;
    return changes !== undefined && field in changes ? changes[field] : document[field];
  };
  const stage = (at: GridPlace, value: unknown) => {
    const document = props.current.documents[at.row];
    const target = columns[at.column - 1];
    if (document !== undefined && target?.isEditable) props.current.onStage(document, { field: target.field, value });
  };

  function enter(): void {
    const document = props.current.documents[row];
    const target = columns[column - 1];
    if (row === -1) return target && props.current.onSort(props.current.sort === target.field ? `-${target.field}` : target.field);
    if (document === undefined) return;
    if (column === 0) return select();
    if (!target?.isEditable) return props.current.onOpen(document);
    if (target.type === 'boolean') return stage(focus.place, valueAt(focus.place) !== true);
    edit(null);
  }

  function select(): void {
    const { documents, selected, onSelect } = props.current;
    const id = documents[row]?.id;
    if (row === -1)
      return onSelect(
        documents.every((document) => selected.has(document.id)) ? new Set() : new Set(documents.map((document) => document.id)),
      );
    if (id === undefined) return;
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  }

  function copy(): void {
    void navigator.clipboard?.writeText(valueText(valueAt(focus.place)));
  }

  /** Pastes what spreadsheets copy: lines of cells separated by tabs. */
  async function paste(): Promise<void> {
    const text = (await navigator.clipboard?.readText())?.replace(/\r?\n$/, '') ?? '';
    text.split(/\r?\n/).forEach((line, down) =>
      line.split('\t').forEach((cell, right) => {
        const at = { row: row + down, column: column + right };
        const read = readCellText(cell, columns[at.column - 1]?.type, valueAt(at));
        if (read.ok) stage(at, read.value);
      }),
    );
  }

  function onModKey(key: string): boolean {
    if (key === 'c') copy();
    else if (key === 'v') void paste();
    else if (key === 'z') props.current.onUndo();
    else return false;
    return true;
  }

  function onPlainKey(key: string): boolean {
    if (key === 'Enter' || key === 'F2') enter();
    else if (key === ' ') columns[column - 1]?.type === 'boolean' && row >= 0 ? enter() : select();
    else if (key === 'Delete' || key === 'Backspace') stage(focus.place, undefined);
    else if (key.length === 1 && row >= 0 && columns[column - 1]?.isEditable && columns[column - 1]?.type !== 'boolean') edit(key);
    else return false;
    return true;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (focus.editing !== null || event.altKey) return;
    const isMod = event.ctrlKey || event.metaKey;
    const next = gridPlaceAfter(event.key, focus.place, { ...size, isToEdge: isMod });
    if (next !== undefined) goTo(next);
    else if (!(isMod ? onModKey(event.key) : onPlainKey(event.key))) return;
    event.preventDefault();
  }

  return { onKeyDown };
}
