import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** A time in words, such as "3 minutes ago". */
export function timeAgo(at: string | number, now = Date.now()): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1_000);
  for (const [unit, size] of STEPS) if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  return Math.abs(seconds) < 5 ? 'just now' : words.format(seconds, 'second');
}

/** A time in words that keeps itself right; the exact time is in the tooltip. */
export function TimeAgo({ at }: { at: string | null | undefined }) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((count) => count + 1), 10_000);
    return () => clearInterval(timer);
  }, []);
  if (!at) return <span>never</span>;
  return (
    <Tooltip label={new Date(at).toLocaleString()}>
      <time dateTime={at}>{timeAgo(at)}</time>
    </Tooltip>
  );
}
