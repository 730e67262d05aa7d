import type { Principal, ProjectContext } from '@mainstay/kernel';
import type { TopicRow } from './define-topic.ts';
import { hasTopicShape } from './topic-shape.ts';

/** Whether the caller may publish to or subscribe to a free topic; `topic` starts with `app/` and may be a filter. */
export type MayUseAppTopic = (context: ProjectContext, action: 'publish' | 'subscribe', topic: string) => boolean;

/** Where a published message goes: to the row that handles it, or to the subscribers of a free topic. */
export interface PublishTarget {
  readonly canonical: string;
  readonly row: TopicRow | undefined;
  readonly levels: readonly string[];
}

const APP_PREFIX = 'app/';

/** The id in canonical topics, of those who have one. */
function idOf(principal: Principal): string {
  return 'id' in principal ? principal.id : principal.type;
}

function captureLevels(pattern: readonly string[], levels: readonly string[]): string[] | null {
  if (pattern.length !== levels.length) return null;
  const captured: string[] = [];
  for (const [position, expected] of pattern.entries()) {
    const level = levels[position] ?? '';
    if (expected === '+') captured.push(level);
    else if (expected !== level) return null;
  }
  return captured;
}

function fill(template: string, id: string, captured: readonly string[]): string {
  let next = 0;
  return template
    .split('/')
    .map((level) => {
      if (level === '{id}') return id;
      if (level !== '+') return level;
      next += 1;
      return captured[next - 1] ?? '';
    })
    .join('/');
}

/**
 * The dialects of a broker: wire topics on one side, canonical topics `<project>/…` on the other. The project and the
 * principal come from the credentials, so that no wire topic can name somebody else's: what is in no row and not below
 * `app/` has no canonical topic at all.
 */
export class TopicTable {
  readonly #exact = new Map<string, TopicRow>();
  readonly #patterns: { readonly row: TopicRow; readonly wire: readonly string[] }[] = [];
  readonly #subscribable: readonly { readonly row: TopicRow; readonly canonical: readonly string[] }[];
  readonly #mayUse: MayUseAppTopic;

  constructor(rows: readonly TopicRow[], mayUse: MayUseAppTopic) {
    for (const row of rows) {
      if (row.wire.includes('+')) this.#patterns.push({ row, wire: row.wire.split('/') });
      else this.#exact.set(row.wire, row);
    }
    this.#subscribable = rows.filter((row) => row.isSubscribable === true).map((row) => ({ row, canonical: row.canonical.split('/') }));
    this.#mayUse = mayUse;
  }

  /** Where a message on this wire topic goes; null when the caller may not publish there. */
  publishTarget(context: ProjectContext, wire: string): PublishTarget | null {
    const exact = this.#exact.get(wire);
    if (exact?.publish !== undefined) return { canonical: this.#canonical(context, exact, []), row: exact, levels: [] };
    if (!hasTopicShape(wire, 'topic')) return null;
    if (wire.startsWith(APP_PREFIX)) {
      if (!this.#mayUse(context, 'publish', wire)) return null;
      return { canonical: `${context.project.id}/${wire}`, row: undefined, levels: [] };
    }
    const found = this.#find(wire, (row) => row.publish !== undefined);
    return found === null ? null : { canonical: this.#canonical(context, found.row, found.levels), ...found };
  }

  /** The canonical filter of a wire filter; null when the caller may not subscribe to it. */
  subscribeTarget(context: ProjectContext, wire: string): string | null {
    if (!hasTopicShape(wire, 'filter')) return null;
    if (wire.startsWith(APP_PREFIX)) return this.#mayUse(context, 'subscribe', wire) ? `${context.project.id}/${wire}` : null;
    const found = this.#find(wire, (row) => row.isSubscribable === true);
    return found === null ? null : this.#canonical(context, found.row, found.levels);
  }

  /** The wire topic under which this caller may be sent a canonical topic; null when he may not receive it (any more). */
  wireOf(context: ProjectContext, canonical: string): string | null {
    const prefix = `${context.project.id}/`;
    if (!canonical.startsWith(prefix)) return null;
    const path = canonical.slice(prefix.length);
    if (path.startsWith(APP_PREFIX)) return this.#mayUse(context, 'subscribe', path) ? path : null;
    const id = idOf(context.principal);
    const levels = path.split('/');
    for (const { row, canonical: pattern } of this.#subscribable) {
      const captured = captureLevels(
        pattern.map((level) => (level === '{id}' ? id : level)),
        levels,
      );
      if (captured !== null) return fill(row.wire, id, captured);
    }
    return null;
  }

  #find(wire: string, isWanted: (row: TopicRow) => boolean): { row: TopicRow; levels: readonly string[] } | null {
    const exact = this.#exact.get(wire);
    if (exact !== undefined && isWanted(exact)) return { row: exact, levels: [] };
    const levels = wire.split('/');
    for (const { row, wire: pattern } of this.#patterns) {
      const captured = isWanted(row) ? captureLevels(pattern, levels) : null;
      if (captured !== null) return { row, levels: captured };
    }
    return null;
  }

  #canonical(context: ProjectContext, row: TopicRow, levels: readonly string[]): string {
    return `${context.project.id}/${fill(row.canonical, idOf(context.principal), levels)}`;
  }
}
