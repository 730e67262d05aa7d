/** Random choices that a seed repeats. */
export interface Draw {
  /** A whole number from 0 up to, and not including, `bound`. */
  below(bound: number): number;
  chance(probability: number): boolean;
  oneOf<T>(choices: readonly T[]): T;
  /** One of few words, so that values repeat. */
  word(): string;
}

const WORDS = ['ash', 'birch', 'cedar', 'elm', 'fir', 'hazel', 'larch', 'maple', 'oak', 'pine', 'rowan', 'willow'];

/** Random choices from a seed: mulberry32, small and good enough to wander. */
export function createDraw(seed: number): Draw {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  const oneOf = <T>(choices: readonly T[]): T => choices[below(choices.length)] as T;
  return { below, chance: (probability) => next() < probability, oneOf, word: () => oneOf(WORDS) };
}
