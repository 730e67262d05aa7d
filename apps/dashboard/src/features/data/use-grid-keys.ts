import type { KeyboardEvent, RefObject } from 'react';
import type { DocumentGridProps } from './document-grid.tsx';
import { gridActions } from './grid-actions.ts';
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
  const { place } = focus;
  const target = columns[place.column - 1];
  const { valueAt, stage, toggleSelected, copy, paste } = gridActions(props, columns);

  /** Sorts, selects, opens, toggles or edits: whatever the cell is for. */
  function enter(): void {
    const document = props.current.documents[place.row];
    if (place.column === 0) return toggleSelected(place);
    if (target === undefined) return;
    if (place.row === -1) return props.current.onSort(props.current.sort === target.field ? `-${target.field}` : target.field);
    if (document === undefined) return;
    if (!target.isEditable) return props.current.onOpen(document);
    if (target.type === 'boolean') return stage(place, valueAt(place) !== true);
    edit(null);
  }

  function onModKey(key: string): boolean {
    if (key === 'c') copy(place);
    else if (key === 'v') void paste(place);
    else if (key === 'z') props.current.onUndo();
    else return false;
    return true;
  }

  function onPlainKey(key: string): boolean {
    const isToggle = place.row >= 0 && target?.type === 'boolean';
    if (key === 'Enter' || key === 'F2') enter();
    else if (key === ' ' && isToggle) enter();
    else if (key === ' ') toggleSelected(place);
    else if (key === 'Delete' || key === 'Backspace') stage(place, undefined);
    else if (key.length === 1 && place.row >= 0 && target?.isEditable && !isToggle) edit(key);
    else return false;
    return true;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (focus.editing !== null || event.altKey) return;
    const isMod = event.ctrlKey || event.metaKey;
    const next = gridPlaceAfter(event.key, place, { ...size, isToEdge: isMod });
    if (next !== undefined) goTo(next);
    else if (!(isMod ? onModKey(event.key) : onPlainKey(event.key))) return;
    event.preventDefault();
  }

  return { onKeyDown };
}
