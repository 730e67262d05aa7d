import type { Principal, ProjectContext } from '@mainstay/kernel';
import { asPrincipal, Problem } from '@mainstay/kernel';
import type { DeviceActionRow } from './rules.model.ts';
import { DeviceRuleAction } from './rules.schema.ts';

/** Writes a document of the project: `data.documents`. */
export interface DocumentWriter {
  create(context: ProjectContext, collection: string, document: Record<string, unknown>, options?: { id?: string }): Promise<unknown>;
  /** Fails with a problem when there is no such document. */
  get(context: ProjectContext, collection: string, id: string): Promise<unknown>;
}

/** Queues a push: messaging, handed in by the app. The same id twice is one message. */
export type PushSender = (
  context: ProjectContext,
  message: { readonly id: string; readonly audience: unknown; readonly notification: { readonly title: string; readonly body: string } },
) => Promise<void>;

const AS_RULE: Principal = { type: 'system', task: 'device-rule' };
const PLACE = /\{\{\s*([A-Za-z0-9_.]{1,200})\s*\}\}/g;
const CONFLICT = 409;

/** Does what a rule asked for. Doing it again changes nothing: the document and the message have the action's id. */
export async function performAction(
  context: ProjectContext,
  row: DeviceActionRow,
  doors: { documents: DocumentWriter; sendPush: PushSender },
): Promise<void> {
  const action = DeviceRuleAction.parse(JSON.parse(row.action));
  const facts = { telemetry: JSON.parse(row.values) as unknown, device: row.device, at: row.at.toISOString() };
  const acting = asPrincipal(context, AS_RULE);
  if (action.type === 'push') {
    const { title, body } = action.notification;
    const notification = { title: fillText(title, facts), body: fillText(body, facts) };
    await doors.sendPush(acting, { id: row.id, audience: action.audience, notification });
    return;
  }
  const document = fillValues(action.document, facts) as Record<string, unknown>;
  try {
    await doors.documents.create(acting, action.collection, document, { id: row.id });
  } catch (error) {
    // An earlier try may have written it; a conflict over anything else is a failure.
    if (!(error instanceof Problem) || error.status !== CONFLICT) throw error;
    await doors.documents.get(acting, action.collection, row.id).catch(() => Promise.reject(error));
  }
}

/** The value at a dotted path; undefined where there is none. Own properties only. */
function lookUp(facts: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined,
      facts,
    );
}

function fillValues(value: unknown, facts: object): unknown {
  if (Array.isArray(value)) return value.map((inner) => fillValues(inner, facts));
  if (typeof value !== 'object' || value === null) return value;
  const { $var: path } = value as { $var?: unknown };
  if (typeof path === 'string' && Object.keys(value).length === 1) return lookUp(facts, path) ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillValues(inner, facts)]));
}

function fillText(text: string, facts: object): string {
  return text.replace(PLACE, (_whole, path: string) => {
    const value = lookUp(facts, path);
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  });
}
