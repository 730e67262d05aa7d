import { Group, NativeSelect, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { parseConditionText } from '../../design/condition-text.ts';
import { useAudienceCount } from './use-messages.ts';

const PRESETS = [
  { value: 'true', label: 'Everybody' },
  { value: '{"platform":"web"}', label: 'Browsers' },
  { value: '{"platform":"ios"}', label: 'iPhones and iPads' },
  { value: '{"platform":"android"}', label: 'Android' },
  { value: '{"userId":{"$exists":true}}', label: 'Signed-in users' },
  { value: '{"userId":"USER_ID"}', label: 'One user' },
];

export interface AudienceFieldProps {
  /** The audience as JSON, or as CEL. */
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** Who gets a message: a condition over installations, and how many that are now. */
export function AudienceField({ value, onChange }: AudienceFieldProps) {
  const parsed = parseConditionText(value);
  const [settled] = useDebouncedValue(value, 400);
  const asked = parseConditionText(settled);
  const count = useAudienceCount(asked.ok ? asked.value : undefined);
  const isPreset = PRESETS.some((preset) => preset.value === value);
  return (
    <div>
      <Group align="flex-start" gap="sm">
        <NativeSelect
          label="Audience"
          value={isPreset ? value : ''}
          data={[...PRESETS, { value: '', label: 'A condition of your own' }]}
          onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? '{"tags":"news"}' : currentTarget.value)}
          style={{ flex: '1 1 170px' }}
        />
        <div style={{ flex: '2 1 260px' }}>
          <Textarea
            label="Audience as JSON or CEL"
            value={value}
            onChange={({ currentTarget }) => onChange(currentTarget.value)}
            error={parsed.ok ? undefined : parsed.why}
            autosize
            minRows={1}
            maxRows={16}
            spellCheck={false}
            classNames={{ input: 'mono' }}
          />
        </div>
      </Group>
      <Text size="sm" mt={6} role="status" {...(parsed.ok ? {} : { c: 'dimmed' })}>
        {count.error
          ? `Nobody can be counted: ${count.error.message}`
          : count.data === undefined
            ? 'Counting …'
            : `${count.data} ${count.data === 1 ? 'installation' : 'installations'}`}
      </Text>
    </div>
  );
}
