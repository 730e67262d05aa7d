type Document = Readonly<Record<string, unknown>>;

/** The order of a list, as the server sorts: by each field (`-` in front: descending), at last by the id. */
export function compareDocuments(sort: readonly string[]): (left: Document, right: Document) => number {
  const last = sort.at(-1)?.startsWith('-') === true ? '-id' : 'id';
  const terms = (sort.includes('id') || sort.includes('-id') ? sort : [...sort, last]).map(
    (text) => [text.replace(/^-/, '').split('.'), text.startsWith('-') ? -1 : 1] as const,
  );
  return (left, right) => {
    for (const [path, direction] of terms) {
      const order = compareValues(valueAt(left, path), valueAt(right, path));
      if (order !== 0) return order * direction;
    }
    return 0;
  };
}

function valueAt(document: Document, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? (value as Document)[name] : undefined),
    document,
  );
}

/** As MongoDB ranks types. Dates are ISO texts here, which sort as the dates do. */
function rank(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number') return 1;
  if (typeof value === 'string') return 2;
  return typeof value === 'boolean' ? 4 : 3;
}

function compareValues(left: unknown, right: unknown): number {
  const order = rank(left) - rank(right);
  if (order !== 0) return order;
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return Number(left === true) - Number(right === true);
}

/** By code points, as MongoDB compares bytes of UTF-8; `<` alone would compare halves of surrogate pairs. */
function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  const [one, other] = [Array.from(left), Array.from(right)];
  const at = one.findIndex((letter, index) => letter !== other[index]);
  if (at === -1) return -1;
  return (one[at]?.codePointAt(0) ?? -1) - (other[at]?.codePointAt(0) ?? -1);
}
