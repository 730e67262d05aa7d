import type { Problem } from '@mainstay/kernel';

/** Why one of many documents could not be written: each fault with its place, or the problem's own words where it names none. */
export function reasonOf({ issues, message }: Problem): string {
  return issues.length === 0
    ? message
    : issues.map((issue) => (issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`)).join(' ');
}
