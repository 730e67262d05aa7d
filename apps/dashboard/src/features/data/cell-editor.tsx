import { useState } from 'react';
import type { KeyboardEvent } from 'react';
import { valueText } from '../../design/value-text.ts';
import { readCellText } from './cell-text.ts';
import classes from './document-grid.module.css';
import type { GridColumn } from './grid-columns.ts';

export type AfterEdit = 'down' | 'right' | 'stay';

export interface CellEditorProps {
  readonly column: GridColumn;
  readonly value: unknown;
  /** The character that began the edit and replaces the old text. */
  readonly typed: string | null;
  readonly onCommit: (value: unknown, after: AfterEdit) => void;
  readonly onCancel: () => void;
}

/** The field inside a cell while it is edited: Enter keeps and goes down, Tab keeps and goes right, Escape forgets. */
export function CellEditor({ column, value, typed, onCommit, onCancel }: CellEditorProps) {
  const [text, setText] = useState(typed ?? valueText(value));
  const [why, setWhy] = useState<string | null>(null);

  const commit = (after: AfterEdit) => {
    const read = readCellText(text, column.type, value);
    if (!read.ok) return setWhy(read.why);
    onCommit(read.value, after);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Mod+S goes on to the page, which saves.
    if (event.key === 's' && (event.ctrlKey || event.metaKey)) return commit('stay');
    event.stopPropagation();
    if (event.key === 'Escape') return onCancel();
    if (event.key === 'Enter' || event.key === 'Tab') {
      event.preventDefault();
      commit(event.key === 'Enter' ? 'down' : 'right');
    }
  };
  const label = `Edit ${column.field}`;
  if (column.type === 'enum') {
    return (
      <select
        autoFocus
        className={classes['editor']}
        aria-label={label}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => commit('stay')}
      >
        <option value="">–</option>
        {column.values?.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    );
  }
  return (
    <input
      autoFocus
      className={classes['editor']}
      aria-label={label}
      aria-invalid={why !== null}
      title={why ?? undefined}
      value={text}
      spellCheck={false}
      onChange={(event) => {
        setWhy(null);
        setText(event.currentTarget.value);
      }}
      onKeyDown={onKeyDown}
      onBlur={() => (readCellText(text, column.type, value).ok ? commit('stay') : onCancel())}
    />
  );
}
