import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef } from 'react';
import type { KeyboardEvent, MouseEvent } from 'react';
import { useLatest } from '../../shell/use-latest.ts';
import type { AfterEdit } from './cell-editor.tsx';
import type { Document } from './data-shapes.ts';
import classes from './document-grid.module.css';
import { GridHeader } from './grid-header.tsx';
import type { GridColumn } from './grid-columns.ts';
import { GridRow } from './grid-row.tsx';
import { SELECT_WIDTH } from './select-cell.tsx';
import type { StagedEdits } from './staged-edits.ts';
import { useDocumentTable } from './use-document-table.ts';
import { useGridFocus } from './use-grid-focus.ts';
import { useGridKeys } from './use-grid-keys.ts';
import type { Flashes } from './use-documents.ts';
import { withPlace } from './with-place.ts';

const ROW_HEIGHT = 36;
const NEAR_END_ROWS = 20;

export interface DocumentGridProps {
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly documents: readonly Document[];
  readonly edits: StagedEdits;
  readonly selected: ReadonlySet<string>;
  /** A field, with a minus in front for downwards. */
  readonly sort: string;
  readonly flashes: Flashes;
  /** More documents are on the server. */
  readonly hasMore: boolean;
  readonly onStage: (document: Document, change: { field: string; value: unknown }) => void;
  readonly onUndo: () => void;
  readonly onSelect: (ids: ReadonlySet<string>) => void;
  readonly onSort: (sort: string) => void;
  readonly onOpen: (document: Document) => void;
  readonly onEnd: () => void;
}

function placeUnder(event: { target: EventTarget }) {
  const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-row]');
  return cell ? { row: Number(cell.dataset['row']), column: Number(cell.dataset['column']) } : undefined;
}

/**
 * A spreadsheet of documents (the ARIA grid pattern): only the rows and columns in sight are in the page, arrow keys move, Enter or F2 edits,
 * Escape forgets, Space selects, edits are staged by the owner.
 */
export function DocumentGrid(props: DocumentGridProps) {
  const { label, documents, edits, selected, sort, flashes, hasMore, onEnd, onSelect } = props;
  const frame = useRef<HTMLDivElement>(null);
  const { columns, rows: tableRows } = useDocumentTable(props.columns, documents);
  const { focus, moveTo, edit, noteFocus } = useGridFocus(frame);
  const latest = useLatest(props);
  const size = { rows: tableRows.length, columns: columns.length + 1 };

  const rows = useVirtualizer({
    count: tableRows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
    scrollPaddingStart: ROW_HEIGHT,
    rangeExtractor: (range) => withPlace(range, focus.place.row),
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length + 1,
    getScrollElement: () => frame.current,
    estimateSize: (index) => columns[index - 1]?.width ?? SELECT_WIDTH,
    overscan: 2,
    scrollPaddingStart: SELECT_WIDTH,
    rangeExtractor: (range) => withPlace(range, focus.place.column),
  });
  const widths = columns.map(({ width }) => width).join();
  useEffect(() => across.measure(), [across, widths]);

  const goTo = useCallback(
    (place: { row: number; column: number }) => {
      if (place.row >= 0) rows.scrollToIndex(place.row);
      if (place.column > 0) across.scrollToIndex(place.column);
      moveTo(place);
    },
    [rows, across, moveTo],
  );
  const { onKeyDown } = useGridKeys({ props: latest, columns, size, focus, goTo, edit });

  const place = useLatest(focus.place);
  const commit = useCallback(
    (value: unknown, after: AfterEdit) => {
      const { row, column } = place.current;
      const document = latest.current.documents[row];
      const field = columns[column - 1]?.field;
      if (document !== undefined && field !== undefined) latest.current.onStage(document, { field, value });
      goTo({
        row: Math.min(size.rows - 1, row + (after === 'down' ? 1 : 0)),
        column: Math.min(size.columns - 1, column + (after === 'right' ? 1 : 0)),
      });
    },
    [place, latest, columns, goTo, size.rows, size.columns],
  );
  const cancel = useCallback(() => goTo(place.current), [goTo, place]);
  const toggle = useCallback(
    (id: string) => {
      const next = new Set(latest.current.selected);
      if (!next.delete(id)) next.add(id);
      latest.current.onSelect(next);
    },
    [latest],
  );

  const shownRows = rows.getVirtualItems();
  const shown = across.getVirtualItems();
  const last = shownRows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && documents.length > 0 && last >= documents.length - NEAR_END_ROWS) onEnd();
  }, [hasMore, documents.length, last, onEnd]);

  const onClick = (event: MouseEvent) => {
    const at = placeUnder(event);
    const field = at === undefined ? undefined : columns[at.column - 1]?.field;
    if (at === undefined || field === undefined) return;
    if (at.row === -1) return props.onSort(sort === field ? `-${field}` : field);
    const document = documents[at.row];
    if (document && (event.target as HTMLElement).closest('[data-open]')) props.onOpen(document);
  };
  const onDoubleClick = (event: MouseEvent) => {
    const at = placeUnder(event);
    const column = at === undefined ? undefined : columns[at.column - 1];
    if (at !== undefined && at.row >= 0 && column?.isEditable) {
      moveTo(at);
      edit(null);
    }
  };
  const onFocus = (event: { target: EventTarget }) => {
    const at = placeUnder(event);
    if (at !== undefined) noteFocus(at);
  };
  const isAll = documents.length > 0 && documents.every(({ id }) => selected.has(id));
  const width = across.getTotalSize();

  return (
    <div
      ref={frame}
      role="grid"
      aria-label={label}
      aria-rowcount={hasMore ? -1 : documents.length + 1}
      aria-colcount={size.columns}
      aria-multiselectable
      className={classes['frame']}
      onKeyDown={onKeyDown as (event: KeyboardEvent) => void}
      onClick={onClick}
      onDoubleClick={onDoubleClick}
      onFocus={onFocus}
    >
      <GridHeader
        columns={columns}
        shown={shown}
        width={width}
        height={ROW_HEIGHT}
        sort={sort}
        focusedColumn={focus.place.row === -1 ? focus.place.column : null}
        isAllSelected={isAll}
        onToggleAll={() => onSelect(isAll ? new Set() : new Set(documents.map(({ id }) => id)))}
      />
      <div role="rowgroup" style={{ position: 'relative', width, height: rows.getTotalSize() }}>
        {shownRows.map(({ index, start }) => {
          const document = tableRows[index]?.original;
          return document === undefined ? null : (
            <GridRow
              key={document.id}
              document={document}
              row={index}
              top={start}
              height={ROW_HEIGHT}
              columns={columns}
              shown={shown}
              staged={edits.documents[document.id]}
              isSelected={selected.has(document.id)}
              focus={focus.place.row === index ? focus : null}
              flash={flashes[document.id]}
              onToggle={toggle}
              onCommit={commit}
              onCancel={cancel}
            />
          );
        })}
      </div>
    </div>
  );
}
