/**
 * Compares what two documents are sorted by, as MongoDB does: negative when the left one comes first.
 * Undefined where that is not certain (arrays, objects, different types): then MongoDB must be asked.
 */
export function compareKeys(left: readonly unknown[], right: readonly unknown[], orders: readonly (1 | -1)[]): number | undefined {
  for (const [position, order] of orders.entries()) {
    const compared = compareValues(left[position] ?? null, right[position] ?? null);
    if (compared === undefined) return undefined;
    if (compared !== 0) return compared * order;
  }
  return 0;
}

function compareValues(left: unknown, right: unknown): number | undefined {
  if (left === null || right === null)
    return isScalar(left) && isScalar(right) ? Number(left !== null) - Number(right !== null) : undefined;
  if (left instanceof Date && right instanceof Date) return left.getTime() - right.getTime();
  if (typeof left === 'string' && typeof right === 'string')
    return left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right));
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return typeof left === 'boolean' && typeof right === 'boolean' ? Number(left) - Number(right) : undefined;
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object' || value instanceof Date;
}
