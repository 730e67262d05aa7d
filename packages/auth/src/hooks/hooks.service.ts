import type { Frame } from '@mainstay/host';
import type { ProjectContext, Seal } from '@mainstay/kernel';
import { createId, createSecret, invalidInput, LoadingCache } from '@mainstay/kernel';
import { hookNotFound, hookUnavailable, refusedByHook } from '../auth.problems.ts';
import type { AuthSettings } from '../auth.settings.ts';
import { callOutside, isCallable } from './call-outside.ts';
import type { HookRow } from './hooks.model.ts';
import { HookKind } from './hooks.model.ts';
import type { Hook, HookName } from './hooks.schema.ts';
import { HookAnswer } from './hooks.schema.ts';
import { signCall } from './sign-call.ts';

const TOPIC = 'auth-hooks';
/** A change that a process missed matters for at most this long. */
const CACHE = { maxEntries: 10_000, maxAgeMs: 30_000 };

/** What hooks need besides the frame. */
export interface HooksDependencies {
  readonly settings: AuthSettings;
  readonly seal: Seal;
}

/** What a hook lets somebody in with. */
export type Grant = Pick<HookAnswer, 'claims' | 'roles'>;

/** Addresses of a project that are asked before somebody signs up or in. */
export function createHooks({ store, clock }: Frame, { settings, seal }: HooksDependencies) {
  const known = new LoadingCache<ReadonlyMap<string, HookRow>>(CACHE);
  store.signals.onInvalidate(TOPIC, (key) => known.invalidate(key));
  const rowsOf = (context: ProjectContext) => store.kind(context, HookKind);
  const fieldOf = (name: string): string => `hook ${name}`;

  const load = (context: ProjectContext): Promise<ReadonlyMap<string, HookRow>> =>
    known.get(context.project.id, async () => new Map((await rowsOf(context).find({})).map((row) => [row.id, row])));

  function makeSecret(context: ProjectContext, name: HookName): { secret: string; sealedSecret: string } {
    const secret = `whs_${createSecret()}`;
    return { secret, sealedSecret: seal.seal(context, fieldOf(name), secret) };
  }

  async function call(context: ProjectContext, row: HookRow, event: object): Promise<HookAnswer> {
    const now = clock.now();
    const { id: project } = context.project;
    const body = JSON.stringify({ id: createId(), type: row.id, project, at: new Date(now).toISOString(), ...event });
    const secret = seal.unseal(context, fieldOf(row.id), row.sealedSecret);
    const headers = { 'content-type': 'application/json', 'x-mainstay-signature': signCall(secret, body, now) };
    const { hookTimeoutMs: timeoutMs, allowPrivateHooks: allowPrivate } = settings;
    const { status, text } = await callOutside({ url: row.url, headers, body, timeoutMs, allowPrivate });
    if (status !== 200) throw new Error(`the hook answered ${status}`);
    return HookAnswer.parse(JSON.parse(text));
  }

  return {
    async list(context: ProjectContext): Promise<Hook[]> {
      return [...(await load(context)).values()].map(presentHook);
    },

    /** Sets an address. @returns the secret that signs calls, when there was none @throws invalidInput for an address that may not be called */
    async put(context: ProjectContext, name: HookName, change: Omit<Hook, 'name'>): Promise<{ hook: Hook; secret: string | null }> {
      if (!isCallable(change.url, settings.allowPrivateHooks)) {
        const message = 'Give an https address that leads to a public place.';
        throw invalidInput(undefined, { issues: [{ path: 'url', code: 'bad_address', message }] });
      }
      const found = await rowsOf(context).findOne({ id: name });
      const made = found === null ? makeSecret(context, name) : { secret: null, sealedSecret: found.sealedSecret };
      const set = { ...change, sealedSecret: made.sealedSecret };
      await rowsOf(context).update({ id: name }, { $set: set }, { upsert: true });
      store.signals.invalidate(TOPIC, context.project.id);
      return { hook: { name, ...change }, secret: made.secret };
    },

    /** A new secret in place of the old one, at once. @throws hookNotFound */
    async rollSecret(context: ProjectContext, name: HookName): Promise<string> {
      const { secret, sealedSecret } = makeSecret(context, name);
      const { matched } = await rowsOf(context).update({ id: name }, { $set: { sealedSecret } });
      if (matched === 0) throw hookNotFound();
      store.signals.invalidate(TOPIC, context.project.id);
      return secret;
    },

    /** @throws hookNotFound */
    async remove(context: ProjectContext, name: HookName): Promise<void> {
      if ((await rowsOf(context).delete({ id: name })) === 0) throw hookNotFound();
      store.signals.invalidate(TOPIC, context.project.id);
    },

    /** Asks the project's address, if there is one, about `event`. @throws refusedByHook, hookUnavailable where it has to answer and does not */
    async ask(context: ProjectContext, name: HookName, event: object): Promise<Grant> {
      const row = (await load(context)).get(name);
      if (row === undefined || !row.enabled) return {};
      let answer: HookAnswer;
      try {
        answer = await call(context, row, event);
      } catch (error) {
        context.log.warn({ hook: name, reason: error instanceof Error ? error.name : 'unknown' }, 'a hook gave no answer');
        if (row.failsOpen) return {};
        throw hookUnavailable(undefined, { retryAfterSeconds: 5, cause: error });
      }
      if (!answer.allow) throw refusedByHook({ reason: answer.reason });
      return answer;
    },
  };
}
export type Hooks = ReturnType<typeof createHooks>;

function presentHook({ id, url, enabled, failsOpen }: HookRow): Hook {
  return { name: id as HookName, url, enabled, failsOpen };
}
