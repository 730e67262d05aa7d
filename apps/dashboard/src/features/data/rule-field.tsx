import { Group, NativeSelect, Paper, SimpleGrid, Text, Textarea } from '@mantine/core';
import { parseJsonText } from '../../design/json-text.ts';
import type { Operation, Rule } from './data-shapes.ts';
import { RuleIssues } from './rule-issues.tsx';
import { presetOf, RULE_PRESETS } from './rule-presets.ts';
import type { RuleView } from './rule-shapes.ts';

const OWN = 'own';

export interface RuleFieldProps {
  readonly operation: Operation;
  /** The rule as JSON; a text in it is CEL. */
  readonly value: string;
  /** The rule in its other forms; undefined until the server has looked at it. */
  readonly view: RuleView | undefined;
  readonly onChange: (json: string) => void;
}

/** One rule: a preset, or a condition of one's own as CEL text or as JSON, side by side, with what it means in words. What is written last is what counts. */
export function RuleField({ operation, value, view, onChange }: RuleFieldProps) {
  const { rule, text, cel, json, preset, words, issues, celFault, jsonFault } = surfacesOf(value, view);
  const name = `${operation[0]?.toUpperCase() ?? ''}${operation.slice(1)}`;
  const title = `${name} rule`;
  return (
    <Paper withBorder p="sm" role="group" aria-label={name}>
      <Group justify="space-between" gap="sm" mb="xs">
        <Text fw={600} size="sm">
          {name}
        </Text>
        <NativeSelect
          size="xs"
          aria-label={title}
          value={preset}
          data={[...RULE_PRESETS.map(({ id, label }) => ({ value: id, label })), { value: OWN, label: 'A condition of your own' }]}
          onChange={({ currentTarget }) => {
            const chosen = RULE_PRESETS.find(({ id }) => id === currentTarget.value);
            onChange(JSON.stringify(chosen === undefined ? { field: 'value' } : chosen.rule));
          }}
        />
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm" verticalSpacing="xs">
        <Textarea
          label="CEL"
          aria-label={`${title} as CEL`}
          value={cel}
          placeholder={rule === null ? 'owner == user.id' : ''}
          onChange={({ currentTarget }) => onChange(currentTarget.value.trim() === '' ? 'null' : JSON.stringify(currentTarget.value))}
          error={celFault}
          {...areaProps}
        />
        <Textarea
          label="JSON"
          aria-label={`${title} as JSON`}
          value={json}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
          error={jsonFault}
          {...areaProps}
        />
      </SimpleGrid>
      <Text size="sm" mt={6} aria-live="polite" style={{ overflowWrap: 'anywhere' }}>
        {words}
      </Text>
      <RuleIssues issues={issues} text={text} />
    </Paper>
  );
}

/** What each part of the field shows. */
function surfacesOf(value: string, view: RuleView | undefined) {
  const parsed = parseJsonText(value);
  if (!parsed.ok) {
    const nothing = { rule: undefined, text: undefined, cel: '', words: '', issues: [], celFault: false };
    return { ...nothing, json: value, preset: OWN, jsonFault: parsed.why };
  }
  const rule = parsed.value as Rule;
  const issues = view?.issues ?? [];
  const [words, isFaulty] = [wordsOf(rule, view), issues.length > 0];
  if (typeof rule === 'string') {
    const preset = view === undefined || view.json === null ? undefined : presetOf(view.json);
    const texts = { text: rule, cel: rule, json: jsonOf(view), preset: preset?.id ?? OWN };
    return { rule, ...texts, words, issues, celFault: isFaulty, jsonFault: false };
  }
  const texts = { text: undefined, cel: view?.cel ?? '', json: value, preset: presetOf(rule)?.id ?? OWN };
  return { rule, ...texts, words, issues, celFault: false, jsonFault: isFaulty };
}

const areaProps = { autosize: true, minRows: 1, maxRows: 12, spellCheck: false, classNames: { input: 'mono' } } as const;

/** The JSON of a rule that is written as text; nothing where only text can say it. */
const jsonOf = (view: RuleView | undefined) => (view === undefined || view.json === null ? '' : JSON.stringify(view.json));

function wordsOf(rule: Rule | undefined, view: RuleView | undefined): string {
  if (rule === null) return 'Only servers with a secret key may do this.';
  if (rule === true) return 'Everybody may do this.';
  if (rule === false) return 'No client may do this.';
  return view === undefined || view.sentence === '' ? '' : `Allowed when ${view.sentence}.`;
}
