import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import {
  bracketMatching,
  defaultHighlightStyle,
  foldGutter,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { linter, lintGutter } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useLatest } from '../shell/use-latest.ts';

export interface JsonEditorProps {
  /** The accessible name. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** In pixels. */
  readonly minHeight?: number;
  /** Called for Mod+S. */
  readonly onSave?: () => void;
}

const scheme = new Compartment();

/** The default style is made for white; these are its colours of JSON's parts, lightened. */
const LIGHTENED: Readonly<Record<string, string>> = {
  '#708': '#d0a8ff',
  '#219': '#91a7ff',
  '#164': '#8ce99a',
  '#a11': '#ffa8a8',
  '#00c': '#74c0fc',
};
const darkHighlightStyle = HighlightStyle.define(
  defaultHighlightStyle.specs.map((spec) => ({ ...spec, color: LIGHTENED[String(spec['color'])] ?? spec['color'] })),
);

function look(isDark: boolean, minHeight: number) {
  return [
    syntaxHighlighting(isDark ? darkHighlightStyle : defaultHighlightStyle),
    EditorView.theme(
      {
        '&': {
          border: '1px solid var(--ms-line)',
          borderRadius: 'var(--mantine-radius-md)',
          backgroundColor: 'var(--mantine-color-body)',
          overflow: 'hidden',
        },
        '&.cm-focused': { outline: '2px solid var(--ms-focus)' },
        '.cm-scroller': {
          minHeight: `${minHeight}px`,
          maxHeight: '60vh',
          fontFamily: 'var(--mantine-font-family-monospace)',
          fontSize: '13px',
        },
        '.cm-gutters': { backgroundColor: 'var(--ms-page)', color: 'var(--mantine-color-dimmed)', border: 'none' },
        '.cm-activeLine': { backgroundColor: isDark ? '#ffffff0a' : '#0000000a' },
      },
      { dark: isDark },
    ),
  ];
}

/** CodeMirror for JSON. Use `JsonEditor`, which loads it when it is needed. */
export function JsonCodeMirror({ label, value, onChange, minHeight = 200, onSave }: JsonEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const isDark = useComputedColorScheme('light') === 'dark';
  const latest = useLatest({ onChange, onSave, value, isDark });

  useEffect(() => {
    if (host.current === null) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          lineNumbers(),
          foldGutter(),
          history(),
          indentOnInput(),
          bracketMatching(),
          highlightActiveLine(),
          json(),
          linter(jsonParseLinter()),
          lintGutter(),
          keymap.of([
            { key: 'Mod-s', preventDefault: true, run: () => (latest.current.onSave?.(), true) },
            // Tab indents; Escape, then Tab leaves the editor, so that the keyboard is not trapped.
            indentWithTab,
            ...defaultKeymap,
            ...historyKeymap,
          ]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
          scheme.of(look(latest.current.isDark, minHeight)),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label, latest, minHeight]);

  useEffect(() => {
    view.current?.dispatch({ effects: scheme.reconfigure(look(isDark, minHeight)) });
  }, [isDark, minHeight]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  return <div ref={host} />;
}
