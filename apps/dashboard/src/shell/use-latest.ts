import { useLayoutEffect, useRef } from 'react';
import type { RefObject } from 'react';

/** The newest value, readable from long-lived callbacks without starting them anew. */
export function useLatest<T>(value: T): RefObject<T> {
  const ref = useRef(value);
  useLayoutEffect(() => {
    ref.current = value;
  });
  return ref;
}
