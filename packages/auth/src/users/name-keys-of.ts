const MAX_WORDS = 8;

/** The name in lower case from each of its words on, so that a prefix search finds it by any of them. */
export function nameKeysOf(name: string | null): string[] {
  if (name === null) return [];
  const words = name.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return words.slice(0, MAX_WORDS).map((_, start) => words.slice(start).join(' '));
}
