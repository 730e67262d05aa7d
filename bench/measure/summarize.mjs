import { median, ratio, spread } from './statistics.mjs';

/**
 * The rounds of one target in one setting, as one row: medians, the spread of the rate, and all errors.
 *
 * @param {{ rate: number, p50: number, p99: number, errors: object, cores: object | null }[]} rounds
 */
export function summarize(rounds) {
  const of = (pick) => rounds.map(pick);
  const coreNames = Object.keys(rounds[0].cores ?? {});
  return {
    rate: median(of(({ rate }) => rate)),
    p50: median(of(({ p50 }) => p50)),
    p99: median(of(({ p99 }) => p99)),
    spread: spread(of(({ rate }) => rate)),
    errors: of(({ errors }) => Object.values(errors).reduce((sum, count) => sum + count, 0)).reduce((sum, count) => sum + count, 0),
    cores: Object.fromEntries(coreNames.map((name) => [name, median(of(({ cores }) => cores?.[name]))])),
    rounds,
  };
}

/** Ours divided by each other target, by their median rates. Empty when ours was not measured. */
export function ratiosOf(byTarget) {
  const { ours, ...others } = byTarget;
  if (!ours) return {};
  return Object.fromEntries(Object.entries(others).map(([name, other]) => [name, ratio(ours.rate, other.rate)]));
}
