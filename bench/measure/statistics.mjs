/** The middle value; of an even count the mean of the two in the middle. Null when there is none. */
export function median(values) {
  const sorted = values.filter((value) => value !== null && value !== undefined).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** (max − min) ÷ median: how far the rounds lie apart. */
export function spread(values) {
  const middle = median(values);
  return middle ? (Math.max(...values) - Math.min(...values)) / middle : null;
}

/** `a ÷ b`, or null when one of them is not there. */
export const ratio = (a, b) => (a && b ? a / b : null);

/** Collects durations in milliseconds; its memory is bounded by keeping every second one whenever it is full. */
export class Durations {
  #values = new Float64Array(1 << 20);
  #length = 0;
  #step = 1;
  #seen = 0;

  add(milliseconds) {
    this.#seen += 1;
    if (this.#seen % this.#step !== 0) return;
    if (this.#length === this.#values.length) this.#thin();
    this.#values[this.#length] = milliseconds;
    this.#length += 1;
  }

  clear() {
    this.#length = 0;
    this.#step = 1;
    this.#seen = 0;
  }

  /** `{ p50, p99, max }` in milliseconds, null when nothing was added. */
  summary() {
    if (this.#length === 0) return { p50: null, p99: null, max: null };
    const sorted = this.#values.slice(0, this.#length).sort();
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) };
  }

  #thin() {
    this.#length >>= 1;
    for (let i = 0; i < this.#length; i += 1) this.#values[i] = this.#values[2 * i];
    this.#step *= 2;
  }
}
