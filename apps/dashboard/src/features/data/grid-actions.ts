import type { RefObject } from 'react';
import { valueText } from '../../design/value-text.ts';
import { readCellText } from './cell-text.ts';
import type { DocumentGridProps } from './document-grid.tsx';
import type { GridColumn } from './grid-columns.ts';
import type { GridPlace } from './grid-place.ts';

/** What can be done to the cell at a place. `props` holds the newest properties of the grid. */
export function gridActions(props: RefObject<DocumentGridProps>, columns: readonly GridColumn[]) {
  /** The staged value of a cell, else that of the document. */
  function valueAt({ row, column }: GridPlace): unknown {
    const document = props.current.documents[row];
    const field = columns[column - 1]?.field;
    if (document === undefined || field === undefined) return undefined;
    const changes = props.current.edits.documents[document.id]?.changes;
    return changes !== undefined && field in changes ? changes[field] : document[field];
  }

  function stage({ row, column }: GridPlace, value: unknown): void {
    const document = props.current.documents[row];
    const target = columns[column - 1];
    if (document !== undefined && target?.isEditable) props.current.onStage(document, { field: target.field, value });
  }

  /** Selects a document, or in the header all of them; selected ones are let go. */
  function toggleSelected({ row }: GridPlace): void {
    const { documents, selected, onSelect } = props.current;
    const ids = row === -1 ? documents.map(({ id }) => id) : documents.slice(row, row + 1).map(({ id }) => id);
    const isAll = ids.every((id) => selected.has(id));
    const next = new Set(selected);
    for (const id of ids)
      if (isAll) next.delete(id);
      else next.add(id);
    onSelect(next);
  }

  function copy(place: GridPlace): void {
    void navigator.clipboard?.writeText(valueText(valueAt(place)));
  }

  /** Pastes what spreadsheets copy: lines of cells separated by tabs. */
  async function paste({ row, column }: GridPlace): Promise<void> {
    const text = (await navigator.clipboard?.readText())?.replace(/\r?\n$/, '') ?? '';
    text.split(/\r?\n/).forEach((line, down) =>
      line.split('\t').forEach((cell, right) => {
        const at = { row: row + down, column: column + right };
        const read = readCellText(cell, columns[at.column - 1]?.type, valueAt(at));
        if (read.ok) stage(at, read.value);
      }),
    );
  }

  return { valueAt, stage, toggleSelected, copy, paste };
}
