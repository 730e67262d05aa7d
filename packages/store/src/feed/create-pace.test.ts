import { describe, expect, it } from '@jest/globals';
import { createPace } from './create-pace.ts';

/** The pause after two seconds of batches of `changes`, one each `everyMs`. */
function settled(changes: number, everyMs: number): number {
  const pauseAfter = createPace(0);
  let pauseMs = 0;
  for (let nowMs = everyMs; nowMs <= 2_000; nowMs += everyMs) pauseMs = pauseAfter(changes, nowMs);
  return pauseMs;
}

describe('the pace of the feed', () => {
  it('does not hold changes back while there are few', () => {
    expect(settled(1, 20)).toBe(0);
    expect(createPace(0)(1, 60_000)).toBe(0);
  });

  it('gathers longer the more there are, up to 20 ms', () => {
    expect(settled(10, 20)).toBeGreaterThan(settled(6, 20));
    expect(settled(6, 20)).toBeGreaterThan(1);
    expect(settled(70, 10)).toBe(20);
  });

  it('goes back to none when it is calm again', () => {
    const pauseAfter = createPace(0);
    for (let nowMs = 10; nowMs <= 1_000; nowMs += 10) pauseAfter(50, nowMs);
    const calm = Array.from({ length: 40 }, (_one, position) => pauseAfter(1, 1_000 + 20 * (position + 1)));
    expect(calm.at(-1)).toBe(0);
  });
});
