import type { ParsedJson } from './json-text.ts';
import { parseJsonText } from './json-text.ts';

/** What somebody wrote as a condition: JSON where it looks like JSON, CEL text otherwise. The server says what is wrong with CEL. */
export function parseConditionText(text: string): ParsedJson {
  const parsed = parseJsonText(text);
  if (parsed.ok && typeof parsed.value !== 'string') return parsed;
  return /^\s*([[{"]|$)/.test(text)
    ? { ok: false, why: parsed.ok ? 'Write CEL without quotes around it.' : parsed.why }
    : { ok: true, value: text.trim() };
}
