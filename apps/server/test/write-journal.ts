import type { Draw, TestClient } from '@mainstay/testing';
import { until } from '@mainstay/testing';

/** Who writes, and what. */
export interface JournalOptions {
  readonly collection: string;
  /** The ids that this writer has for itself. */
  readonly ids: readonly string[];
  readonly draw: Draw;
  /** Who to send to: asked again before each attempt. */
  readonly client: () => TestClient;
}

type Operation =
  | { readonly op: 'replace'; readonly collection: string; readonly id: string; readonly document: { n: number; shown: boolean } }
  | { readonly op: 'delete'; readonly collection: string; readonly id: string };

const AT_ONCE = 40;
const NOT_FOUND = 404;
/** Too many at once; or an earlier attempt, whose connection was cut, is still at it. */
const AGAIN = new Set([409, 412, 429]);
const PATIENCE_MS = 60_000;

/**
 * One writer that sends each write again until it is acknowledged, and so knows what must be stored in the end: `n` by id. Repeating is
 * harmless, as each of its writes says how the document shall be.
 */
export function writeJournal({ collection, ids, draw, client }: JournalOptions) {
  const expected = new Map<string, number>();
  let written = 0;

  async function attempt(operations: readonly Operation[]): Promise<readonly Operation[]> {
    const answer = await client()
      .post<{ results?: readonly { status: number }[] }>('/data/batch', { operations })
      .catch(() => undefined);
    const results = answer?.status === 200 ? answer.body.results : undefined;
    return operations.filter((operation, position) => {
      const status = results?.[position]?.status ?? 0;
      const isDone = (status >= 200 && status < 300) || (operation.op === 'delete' && status === NOT_FOUND);
      if (status >= 400 && status < 500 && !AGAIN.has(status) && !isDone)
        throw new Error(`a write of the drill was answered with ${status}`);
      return !isDone;
    });
  }

  return {
    expected,
    written: () => written,
    /** Writes some documents, each once. */
    async step(): Promise<void> {
      const chosen = new Set(Array.from({ length: AT_ONCE }, () => draw.oneOf(ids)));
      const operations = [...chosen].map((id): Operation => {
        written += 1;
        if (draw.chance(0.15)) return { op: 'delete', collection, id };
        return { op: 'replace', collection, id, document: { n: written, shown: draw.chance(0.8) } };
      });
      let left: readonly Operation[] = operations;
      const isDone = async (): Promise<boolean> => {
        left = await attempt(left);
        return left.length === 0;
      };
      await until('the writes are acknowledged', isDone, PATIENCE_MS);
      for (const operation of operations) {
        if (operation.op === 'delete') expected.delete(operation.id);
        else expected.set(operation.id, operation.document.n);
      }
    },
  };
}
