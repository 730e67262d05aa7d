import type { Frame } from '@mainstay/host';
import type { ProjectContext, Seal } from '@mainstay/kernel';
import { invalidInput, LoadingCache } from '@mainstay/kernel';
import { hookNotFound, smsNotSent } from '../auth.problems.ts';
import type { AuthSettings } from '../auth.settings.ts';
import { callOutside, isCallable } from '../hooks/call-outside.ts';
import type { SmsSenderRow } from './sms.model.ts';
import { SmsSenderKind } from './sms.model.ts';
import type { SmsSender, SmsSenderBody } from './sms.schema.ts';

const ID = 'sms';
const FIELD = 'sms headers';
const TOPIC = 'auth-sms';
/** A change that a process missed matters for at most this long. */
const CACHE = { maxEntries: 10_000, maxAgeMs: 30_000 };
/** Ours: a sender's account must not change what a request is. */
const OWN_HEADERS = new Set(['host', 'content-length', 'content-type', 'transfer-encoding', 'connection']);

/** What sending needs besides the frame. */
export interface SmsSenderDependencies {
  readonly settings: AuthSettings;
  readonly seal: Seal;
}

/** The HTTP API through which a project sends text messages. */
export function createSmsSender({ store }: Frame, { settings, seal }: SmsSenderDependencies) {
  const known = new LoadingCache<SmsSenderRow | null>(CACHE);
  store.signals.onInvalidate(TOPIC, (key) => known.invalidate(key));
  const rowsOf = (context: ProjectContext) => store.kind(context, SmsSenderKind);
  const load = (context: ProjectContext): Promise<SmsSenderRow | null> =>
    known.get(context.project.id, () => rowsOf(context).findOne({ id: ID }));
  const headersOf = (context: ProjectContext, { sealedHeaders }: SmsSenderRow): Record<string, string> =>
    JSON.parse(seal.unseal(context, FIELD, sealedHeaders)) as Record<string, string>;

  function present(context: ProjectContext, row: SmsSenderRow): SmsSender {
    const { url, contentType, body, text } = row;
    return { url, contentType, body, text, headerNames: Object.keys(headersOf(context, row)).sort() };
  }

  return {
    /** How messages are sent; null where the project sends none. */
    async get(context: ProjectContext): Promise<SmsSender | null> {
      const row = await load(context);
      return row === null ? null : present(context, row);
    },

    /** @throws invalidInput for an address that may not be called, or a header that is ours */
    async put(context: ProjectContext, { headers, ...sender }: SmsSenderBody): Promise<SmsSender> {
      const issues = [
        ...(isCallable(sender.url, settings.allowPrivateHooks)
          ? []
          : [{ path: 'url', code: 'bad_address', message: 'Give an https address that leads to a public place.' }]),
        ...Object.keys(headers ?? {})
          .filter((name) => OWN_HEADERS.has(name.toLowerCase()))
          .map((name) => ({ path: `headers.${name}`, code: 'own_header', message: 'This header is set by Mainstay.' })),
      ];
      if (issues.length > 0) throw invalidInput(undefined, { issues });
      const before = await rowsOf(context).findOne({ id: ID });
      const sealedHeaders =
        headers === undefined && before !== null ? before.sealedHeaders : seal.seal(context, FIELD, JSON.stringify(headers ?? {}));
      await rowsOf(context).update({ id: ID }, { $set: { ...sender, sealedHeaders } }, { upsert: true });
      store.signals.invalidate(TOPIC, context.project.id);
      return present(context, { id: ID, ...sender, sealedHeaders });
    },

    /** @throws hookNotFound */
    async remove(context: ProjectContext): Promise<void> {
      if ((await rowsOf(context).delete({ id: ID })) === 0) throw hookNotFound();
      store.signals.invalidate(TOPIC, context.project.id);
    },

    /** Sends one message. @throws hookNotFound, smsNotSent */
    async send(context: ProjectContext, { to, text }: { to: string; text: string }): Promise<void> {
      const row = await load(context);
      if (row === null) throw hookNotFound();
      const answer = callOutside({
        url: row.url,
        headers: { ...headersOf(context, row), 'content-type': row.contentType },
        body: filledIn(row, { to, text }),
        timeoutMs: settings.hookTimeoutMs,
        allowPrivate: settings.allowPrivateHooks,
      });
      const { status } = await answer.catch((error: unknown) => {
        throw smsNotSent({ reason: 'gave no answer' }, { cause: error });
      });
      if (status < 200 || status > 299) throw smsNotSent({ reason: `answered with the status ${status}` });
    },
  };
}
export type SmsSenders = ReturnType<typeof createSmsSender>;

/** Values are written as the body's type needs them, so that no text can add a field. */
function filledIn({ body, contentType }: SmsSenderRow, values: { to: string; text: string }): string {
  const written = (value: string): string =>
    contentType === 'application/json' ? JSON.stringify(value).slice(1, -1) : encodeURIComponent(value);
  return body.replace(/\{\{(to|text)\}\}/g, (_whole, name: 'to' | 'text') => written(values[name]));
}
