/** `a, b,c` of a query parameter as a list; undefined when it was not given. */
export function splitList(text: string | undefined): string[] | undefined {
  return text
    ?.split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}
