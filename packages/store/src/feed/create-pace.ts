/** Up to this many changes a second each goes on at once, alone. */
const CALM_PER_SECOND = 150;
/** From this many on the pause is at its longest. */
const BUSY_PER_SECOND = 1_500;
const LONGEST_PAUSE_MS = 20;
/** How much the latest batch says about the rate. */
const WEIGHT = 0.2;

/**
 * How long to gather changes before they are stored: not at all while few come, so that they are seen at once; longer the more there are,
 * because each storing costs commands on the machine that the writes need, whatever its size. Tell it of each batch: how many
 * changes it held, and when it was read (milliseconds of any clock). The answer is in milliseconds.
 */
export function createPace(startMs: number): (changes: number, nowMs: number) => number {
  let perSecond = 0;
  let lastMs = startMs;
  return (changes, nowMs) => {
    const seconds = Math.max(1, nowMs - lastMs) / 1_000;
    lastMs = nowMs;
    perSecond += WEIGHT * (changes / seconds - perSecond);
    const share = (perSecond - CALM_PER_SECOND) / (BUSY_PER_SECOND - CALM_PER_SECOND);
    return LONGEST_PAUSE_MS * Math.min(1, Math.max(0, share));
  };
}
