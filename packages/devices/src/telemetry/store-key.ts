/** Full-width forms stand in for what a field name cannot have in a path: dots, a leading dollar, the name of the prototype. */
const DOT = '\uFF0E';
const DOLLAR = '\uFF04';
const PROTOTYPE = '__proto__';
const SAFE_PROTOTYPE = '\uFF3F_proto__';

/** The field name under which a telemetry key is stored. */
export function storeKey(key: string): string {
  if (key === PROTOTYPE) return SAFE_PROTOTYPE;
  const dotless = key.includes('.') ? key.replaceAll('.', DOT) : key;
  return dotless.startsWith('$') ? DOLLAR + dotless.slice(1) : dotless;
}

/** The telemetry key of a stored field name. */
export function readKey(stored: string): string {
  if (stored === SAFE_PROTOTYPE) return PROTOTYPE;
  const plain = stored.startsWith(DOLLAR) ? `$${stored.slice(1)}` : stored;
  return plain.includes(DOT) ? plain.replaceAll(DOT, '.') : plain;
}

/** A record under its telemetry keys. Without a prototype, so that every key is only a key. */
export function readKeys<Stored, Value>(stored: Readonly<Record<string, Stored>>, read: (value: Stored) => Value): Record<string, Value> {
  const out = Object.create(null) as Record<string, Value>;
  for (const [key, value] of Object.entries(stored)) out[readKey(key)] = read(value);
  return out;
}
