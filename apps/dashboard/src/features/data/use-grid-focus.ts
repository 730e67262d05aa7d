import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import type { GridPlace } from './grid-place.ts';

/** Which cell has the focus, and whether it is being edited (`typed` is the key that began it). */
export interface GridFocus {
  readonly place: GridPlace;
  readonly editing: { readonly typed: string | null } | null;
}

/** Roving focus of a grid: one cell is in the tab order; the DOM's focus follows the place while the grid has it. */
export function useGridFocus(grid: RefObject<HTMLDivElement | null>) {
  const [focus, setFocus] = useState<GridFocus>({ place: { row: 0, column: 1 }, editing: null });
  const isWanted = useRef(false);

  const moveTo = useCallback((place: GridPlace) => {
    isWanted.current = true;
    setFocus({ place, editing: null });
  }, []);
  const edit = useCallback((typed: string | null) => setFocus((old) => ({ ...old, editing: { typed } })), []);
  /** For focus that came from outside, by mouse or Tab. */
  const noteFocus = useCallback((place: GridPlace) => {
    setFocus((old) => (old.place.row === place.row && old.place.column === place.column ? old : { place, editing: null }));
  }, []);

  useLayoutEffect(() => {
    if (!isWanted.current || focus.editing !== null) return;
    const { row, column } = focus.place;
    const cell = grid.current?.querySelector<HTMLElement>(`[data-row="${row}"][data-column="${column}"]`);
    if (!cell) return;
    isWanted.current = false;
    cell.focus({ preventScroll: true });
  });

  return { focus, moveTo, edit, noteFocus };
}
