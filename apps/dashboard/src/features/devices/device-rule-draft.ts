import { isJsonObject, parseJsonText } from '../../design/json-text.ts';
import type { NewDeviceRule, RuleAction } from './devices-shapes.ts';

/** A device rule while it is being written. */
export interface DeviceRuleDraft {
  readonly name: string;
  readonly scope: 'all' | 'profile' | 'device';
  readonly scopeValue: string;
  readonly key: string;
  readonly comparison: '$gt' | '$gte' | '$lt' | '$lte' | '$eq' | '$ne';
  readonly threshold: string;
  readonly writes: boolean;
  readonly collection: string;
  readonly document: string;
  readonly pushes: boolean;
  readonly audience: string;
  readonly title: string;
  readonly body: string;
}

export const COMPARISONS = [
  { value: '$gt', label: '>' },
  { value: '$gte', label: '≥' },
  { value: '$lt', label: '<' },
  { value: '$lte', label: '≤' },
  { value: '$eq', label: '=' },
  { value: '$ne', label: '≠' },
] as const;

/** The rule that most people want first: it is too warm. */
export function newDeviceRuleDraft(): DeviceRuleDraft {
  return {
    name: 'Too warm',
    scope: 'all',
    scopeValue: '',
    key: 'temperature',
    comparison: '$gt',
    threshold: '30',
    writes: true,
    collection: '',
    document: '{\n  "device": { "$var": "device.id" },\n  "temperature": { "$var": "telemetry.temperature" },\n  "at": { "$var": "at" }\n}',
    pushes: true,
    audience: 'true',
    title: '{{device.name}} is too warm',
    body: '{{telemetry.temperature}} °C',
  };
}

function thresholdOf(text: string): unknown {
  const parsed = parseJsonText(text);
  return parsed.ok ? parsed.value : text;
}

/** The sentences whose test holds. */
const thoseThatHold = (checks: readonly (readonly [isWrong: boolean, sentence: string])[]) =>
  checks.flatMap(([isWrong, sentence]) => (isWrong ? [sentence] : []));

function actionProblems(draft: DeviceRuleDraft): readonly string[] {
  const document = parseJsonText(draft.document);
  const writing = thoseThatHold([
    [draft.collection === '', 'Choose the collection to write to.'],
    [!document.ok || !isJsonObject(document.value), 'The document is not a JSON object.'],
  ]);
  const pushing = thoseThatHold([
    [draft.title.trim() === '', 'Give the push a title.'],
    [!parseJsonText(draft.audience).ok, 'The audience is not JSON.'],
  ]);
  return [...(draft.writes ? writing : []), ...(draft.pushes ? pushing : [])];
}

/** What is missing or wrong in a draft, in words; empty when it can be saved. */
export function deviceRuleProblems(draft: DeviceRuleDraft): readonly string[] {
  return [
    ...thoseThatHold([
      [draft.name.trim() === '', 'Give the rule a name.'],
      [draft.key.trim() === '', 'Name the key that is compared.'],
      [draft.threshold.trim() === '', 'Write what it is compared with.'],
      [draft.scope !== 'all' && draft.scopeValue.trim() === '', `Name the ${draft.scope}.`],
      [!draft.writes && !draft.pushes, 'Choose what happens.'],
    ]),
    ...actionProblems(draft),
  ];
}

/** The rule to send. Call it only when the draft has no problems. */
export function toDeviceRule(draft: DeviceRuleDraft): NewDeviceRule {
  const document = parseJsonText(draft.document);
  const audience = parseJsonText(draft.audience);
  const threshold = thresholdOf(draft.threshold);
  const actions: RuleAction[] = [];
  if (draft.writes && document.ok && isJsonObject(document.value))
    actions.push({ type: 'write-document', collection: draft.collection, document: document.value });
  if (draft.pushes && audience.ok)
    actions.push({ type: 'push', audience: audience.value, notification: { title: draft.title, body: draft.body } });
  return {
    name: draft.name.trim(),
    enabled: true,
    on: { type: 'telemetry', ...(draft.scope === 'all' ? {} : { [draft.scope]: draft.scopeValue.trim() }) },
    when: { [draft.key.trim()]: draft.comparison === '$eq' ? threshold : { [draft.comparison]: threshold } },
    do: actions,
  };
}
