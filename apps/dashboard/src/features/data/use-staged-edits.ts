import { useCallback, useState } from 'react';
import type { DataBatchResult, Document } from './data-shapes.ts';
import { afterSave, countEdits, dropDocument, keepMine, NO_EDITS, stageCell, toOperations, unstageLast } from './staged-edits.ts';
import type { UpdateOperation } from './staged-edits.ts';

/** The unsaved edits of a collection's grid, and saving them as one batch. */
export function useStagedEdits(collection: string, save: (operations: readonly UpdateOperation[]) => Promise<readonly DataBatchResult[]>) {
  const [edits, setEdits] = useState(NO_EDITS);
  const [isSaving, setSaving] = useState(false);

  const stage = useCallback(
    (document: Document, change: { field: string; value: unknown }) => setEdits((old) => stageCell(old, document, change)),
    [],
  );
  const undo = useCallback(() => setEdits(unstageLast), []);

  /** Saves everything. What is refused stays staged, with its reason. Returns how many documents were refused. */
  const saveAll = async (): Promise<number> => {
    const operations = toOperations(collection, edits);
    if (operations.length === 0 || isSaving) return 0;
    setSaving(true);
    try {
      const results = await save(operations);
      const left = afterSave(
        edits,
        operations.map(({ id }) => id),
        results,
      );
      setEdits(left);
      return Object.keys(left.documents).length;
    } finally {
      setSaving(false);
    }
  };

  return {
    edits,
    count: countEdits(edits),
    /** Documents whose last save was refused. */
    refused: Object.values(edits.documents).filter(({ problem }) => problem !== undefined).length,
    isSaving,
    stage,
    undo,
    saveAll,
    drop: (id: string) => setEdits((old) => dropDocument(old, id)),
    keep: (id: string, version: number) => setEdits((old) => keepMine(old, id, version)),
    clear: () => setEdits(NO_EDITS),
  };
}
