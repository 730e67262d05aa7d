import type { Clock, ProjectContext } from '@mainstay/kernel';
import { nameOf, Problem } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import { DuplicateKeyError } from '@mainstay/store';
import { createHash } from 'node:crypto';
import type { WireAnswer } from './answer.ts';
import type { AnswerSeal } from './create-answer-seal.ts';
import { idempotencyAnswerSealed, idempotencyInProgress, idempotencyKeyReused, malformedRequest } from './http.problems.ts';
import { IdempotencyKind } from './idempotency.model.ts';

const KEEP_MS = 24 * 60 * 60_000;
/** Longer than any request may take. */
const PENDING_MS = 30_000;
const KEY = /^[\x21-\x7e]{1,255}$/;

/** A request that may come again. */
export interface RepeatableRequest {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly ip: string;
  readonly body: unknown;
}

/** Answers a repeated request as it was answered the first time. Answers are kept sealed. */
export function createIdempotency({ store, clock, seal }: { store: Store; clock: Clock; seal: AnswerSeal }) {
  return {
    /**
     * Runs the request once per key and 24 hours. The id it hands on is the same for every repeat, also after a crash or
     * an unknown outcome: whatever is created under it is created once.
     * @throws idempotencyKeyReused, idempotencyInProgress, idempotencyAnswerSealed
     */
    async once(
      context: ProjectContext,
      request: RepeatableRequest,
      run: (idempotencyId: string) => Promise<WireAnswer>,
    ): Promise<WireAnswer> {
      if (!KEY.test(request.key)) throw malformedRequest({ reason: 'An Idempotency-Key has 1 to 255 visible ASCII characters.' });
      // Callers without a name have only their address to be told apart by.
      const who = context.principal.type === 'anonymous' ? `anonymous ${request.ip}` : nameOf(context.principal);
      const id = hash(who, request.method, request.path, request.key);
      const bodyDigest = seal.digest(JSON.stringify(request.body ?? null));
      const rows = store.kind(context, IdempotencyKind);
      const earlier = await begin(context, id, bodyDigest);
      if (earlier !== null) return earlier;
      try {
        const answer = await run(id.slice(0, 32));
        const sealedAnswer = seal.seal(answer, bindingOf(context, id));
        await rows.update({ id }, { $set: { state: 'done', status: answer.status, sealedAnswer } });
        return answer;
      } catch (error) {
        // With the database away it would only make the caller wait as long again; the mark runs out by itself.
        if (!(error instanceof Problem && error.status >= 500)) await rows.delete({ id }).catch(() => undefined);
        else void rows.delete({ id }).catch(() => undefined);
        throw error;
      }
    },
  };

  async function begin(context: ProjectContext, id: string, bodyDigest: string): Promise<WireAnswer | null> {
    const rows = store.kind(context, IdempotencyKind);
    const now = clock.now();
    const pendingUntil = new Date(now + PENDING_MS);
    const fresh = {
      id,
      bodyDigest,
      state: 'pending' as const,
      status: null,
      sealedAnswer: null,
      pendingUntil,
      expiresAt: new Date(now + KEEP_MS),
    };
    try {
      await rows.insert(fresh);
      return null;
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) throw error;
    }
    const row = await rows.findOne({ id });
    if (row === null) return begin(context, id, bodyDigest);
    if (row.bodyDigest !== bodyDigest) throw idempotencyKeyReused();
    if (row.state === 'done') {
      const answer = seal.open(row.sealedAnswer ?? '', bindingOf(context, id));
      if (answer === null) throw idempotencyAnswerSealed();
      return { status: row.status ?? 200, body: answer.body, headers: { ...answer.headers, 'idempotency-replayed': 'true' } };
    }
    const taken = await rows.update({ id, state: 'pending', pendingUntil: { $lt: new Date(now) } }, { $set: { pendingUntil } });
    if (taken.matched === 0) throw idempotencyInProgress();
    return null;
  }
}
export type Idempotency = ReturnType<typeof createIdempotency>;

/** Whose answer it is. */
function bindingOf({ project }: ProjectContext, id: string): string {
  return `${project.id}|idempotency|${id}`;
}

function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}
