import type { ObservedCommand } from './command-monitor.ts';

const SCHEMA_COMMANDS = new Set([
  'create',
  'createIndexes',
  'listIndexes',
  'dropIndexes',
  'listCollections',
  'drop',
  'dropDatabase',
  'collMod',
]);

/** Whether a filter can only match rows of one project: an equality on `p`, or on an `_id` that starts with one. */
function namesProject(filter: unknown): boolean {
  if (typeof filter !== 'object' || filter === null) return false;
  const { p, _id, $and } = filter as { p?: unknown; _id?: unknown; $and?: unknown };
  if (typeof p === 'string') return true;
  if (typeof _id === 'string') return _id.includes(':');
  if (Array.isArray($and)) return $and.some(namesProject);
  const inList = typeof _id === 'object' && _id !== null ? (_id as { $in?: unknown }).$in : undefined;
  return Array.isArray(inList) && inList.every((id) => typeof id === 'string' && id.includes(':'));
}

function filtersOf({ name, command }: ObservedCommand): readonly unknown[] {
  const list = (key: string): readonly unknown[] => (Array.isArray(command[key]) ? (command[key] as unknown[]) : []);
  switch (name) {
    case 'insert':
      return list('documents');
    case 'update':
      return list('updates').map((one) => (one as { q?: unknown }).q);
    case 'delete':
      return list('deletes').map((one) => (one as { q?: unknown }).q);
    case 'aggregate':
      return [(list('pipeline')[0] as { $match?: unknown } | undefined)?.$match];
    case 'find':
      return [command['filter']];
    default:
      return [command['query']];
  }
}

/**
 * Says what is wrong with a command on a pooled collection: it could touch rows of more than one project.
 * Returns null when all is well. The tests run every command of every process through it (reliability.md SG3).
 */
export function findTenantLeak(command: ObservedCommand, pooledDatabase: string, ownRows: ReadonlySet<string>): string | null {
  if (command.database !== pooledDatabase || SCHEMA_COMMANDS.has(command.name) || ownRows.has(command.collection)) return null;
  const filters = filtersOf(command);
  if (filters.length > 0 && filters.every(namesProject)) return null;
  return `${command.name} on ${command.collection} does not name the project`;
}
