/** Whether the filter covers the topic; `#` also covers its parent level. With a filter instead of a topic: whether it covers all of it. */
export function matchesFilter(filter: string, topic: string): boolean {
  const pattern = filter.split('/');
  const levels = topic.split('/');
  for (const [position, level] of pattern.entries()) {
    if (level === '#') return true;
    const actual = levels[position];
    if (actual === undefined || actual === '#') return false;
    if (level !== '+' && level !== actual) return false;
  }
  return pattern.length === levels.length;
}
