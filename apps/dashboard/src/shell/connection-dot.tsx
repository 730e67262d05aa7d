import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { timeAgo } from '../design/time-ago.tsx';
import type { LiveStatus } from './live-connection.ts';
import { useLiveState } from './live.tsx';
import classes from './connection-dot.module.css';

const WORDS: Readonly<Record<LiveStatus, string>> = { online: 'Live', connecting: 'Connecting', offline: 'Offline' };

/** Whether what is shown repaints itself, and when the last change came. */
export function ConnectionDot() {
  const { status, lastEventAt } = useLiveState();
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((count) => count + 1), 5_000);
    return () => clearInterval(timer);
  }, []);
  const age = lastEventAt === null ? 'no event yet' : `last event ${timeAgo(lastEventAt)}`;
  return (
    <Tooltip label={`${WORDS[status]}, ${age}`}>
      <span
        className={classes['dot']}
        data-status={status}
        role="status"
        aria-label={`Live connection: ${WORDS[status].toLowerCase()}`}
        tabIndex={0}
      >
        <span aria-hidden />
        <span className={classes['word']}>{WORDS[status]}</span>
      </span>
    </Tooltip>
  );
}
