import { Group, NativeSelect, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { JsonArea } from '../../design/json-area.tsx';
import { parseJsonText } from '../../design/json-text.ts';
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
  /** The audience as JSON. */
  readonly value: string;
  readonly onChange: (json: string) => void;
}

/** Who gets a message: a condition over installations, and how many that are now. */
export function AudienceField({ value, onChange }: AudienceFieldProps) {
  const parsed = parseJsonText(value);
  const [settled] = useDebouncedValue(value, 400);
  const asked = parseJsonText(settled);
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
          <JsonArea label="Audience as JSON" value={value} onChange={onChange} minRows={1} />
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
