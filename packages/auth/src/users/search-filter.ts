/** Users whose address, user name or a word of whose name begins with the text, or whose id it is; all for an empty one. */
export function searchFilter(search: string): Readonly<Record<string, unknown>> {
  const text = search.trim();
  if (text === '') return {};
  const prefix = text.toLowerCase();
  const range = { $gte: prefix, $lt: `${prefix}\uffff` };
  // One key has to fit both ends: without $elemMatch one key could fit the one and another the other.
  return { $or: [{ email: range }, { username: range }, { nameKeys: { $elemMatch: range } }, { id: text }] };
}
