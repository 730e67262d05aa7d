/** The named parts of a channel that fits the pattern; null when it does not. */
export function matchPattern(pattern: string, channel: string): Readonly<Record<string, string>> | null {
  return compile(pattern).exec(channel)?.groups ?? (compile(pattern).test(channel) ? {} : null);
}

const compiled = new Map<string, RegExp>();
const MAX_KEPT = 10_000;

/** A part ends at `:` or `/`, so that the expression is read in one pass. */
function compile(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const source = pattern
    .split(/(\{[A-Za-z0-9]+\}|\*)/)
    .map((piece) => {
      if (piece === '*') return '.*';
      return piece.startsWith('{') ? `(?<${piece.slice(1, -1)}>[^:/]+)` : piece.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
    })
    .join('');
  const expression = new RegExp(`^${source}$`);
  if (compiled.size >= MAX_KEPT) compiled.clear();
  compiled.set(pattern, expression);
  return expression;
}
