/** Any JSON value as a text: texts as they are, the rest as JSON, nothing for what is missing. */
export function valueText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
