import { Input, Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { JsonEditorProps } from './json-code-mirror.tsx';

const CodeMirror = lazy(async () => ({ default: (await import('./json-code-mirror.tsx')).JsonCodeMirror }));

/** An editor for larger JSON: brackets, folding, errors where they are. Its library is loaded when it is first shown. */
export function JsonEditor(props: JsonEditorProps & { description?: string }) {
  return (
    <Input.Wrapper label={props.label} labelElement="div" description={props.description}>
      <Suspense fallback={<Skeleton h={props.minHeight ?? 200} />}>
        <CodeMirror {...props} />
      </Suspense>
    </Input.Wrapper>
  );
}
