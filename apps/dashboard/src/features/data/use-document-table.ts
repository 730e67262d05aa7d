import { columnSizingFeature, createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import { useMemo } from 'react';
import type { Document } from './data-shapes.ts';
import type { GridColumn } from './grid-columns.ts';

const features = tableFeatures({ columnSizingFeature });
const helper = createColumnHelper<typeof features, Document>();

/** The table model of the grid: columns with their sizes, rows with their documents. */
export function useDocumentTable(columns: readonly GridColumn[], documents: readonly Document[]) {
  const definitions = useMemo(
    () =>
      helper.columns(
        columns.map(({ field, width }) => helper.accessor((document) => document[field], { id: field, header: field, size: width })),
      ),
    [columns],
  );
  const table = useTable({ features, columns: definitions, data: documents, getRowId: ({ id }) => id });
  const sized = useMemo(
    () =>
      table
        .getAllLeafColumns()
        .flatMap((leaf) => columns.filter(({ field }) => field === leaf.id).map((column) => ({ ...column, width: leaf.getSize() }))),
    // The table object stays the same; the definitions say when its columns change.
    [table, definitions, columns],
  );
  return { columns: sized, rows: table.getRowModel().rows };
}
