type Fields = Readonly<Record<string, unknown>>;

/** The value of events that have none, so that a breakdown adds up to the whole. */
export const NO_VALUE = '__none__';
const VALUE_MAX_LENGTH = 100;

/** Where a context says what a dimension wants to know, the surest place first. */
const CONTEXT_PATHS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  platform: [['platform'], ['device', 'type'], ['os', 'name']],
  appVersion: [['app', 'version']],
  country: [['location', 'country'], ['country']],
  source: [['source'], ['campaign', 'source']],
};

/** The value of an event in each declared dimension: from its context, else from the property of that name. */
export function readDimensions(
  names: readonly string[],
  { context, properties }: { context: Fields; properties: Fields },
): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name of names) out[name] = valueOf(name, context, properties);
  return out;
}

function valueOf(name: string, context: Fields, properties: Fields): string {
  const fromContext = (CONTEXT_PATHS[name] ?? []).map((path) => asText(read(context, path)));
  const found = [...fromContext, asText(read(properties, [name])), derived(name, context)].find((text) => text !== undefined);
  if (found === undefined) return NO_VALUE;
  const normal = name === 'platform' ? found.toLowerCase() : name === 'country' ? found.toUpperCase() : found;
  return normal.slice(0, VALUE_MAX_LENGTH);
}

/** The country of a locale (`de-AT` → `AT`), and the web for browsers, which do not name their platform. */
function derived(name: string, context: Fields): string | undefined {
  if (name === 'country') return /^[a-z]{2,3}[-_]([a-z]{2})$/i.exec(asText(context['locale']) ?? '')?.[1];
  if (name === 'platform') return read(context, ['library', 'name']) === 'analytics.js' || 'page' in context ? 'web' : undefined;
  return undefined;
}

function read(root: Fields, path: readonly string[]): unknown {
  let value: unknown = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Fields)[key];
  }
  return value;
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
