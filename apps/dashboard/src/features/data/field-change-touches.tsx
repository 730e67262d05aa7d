import { Alert, Code, List, Skeleton, Stack, Table, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { ScrollBox } from '../../design/scroll-box.tsx';
import { valueText } from '../../design/value-text.ts';
import type { FieldChange, FieldChangePreview, UnfitValue } from './change-shapes.ts';

export interface FieldChangeTouchesProps {
  readonly change: FieldChange;
  /** Undefined while it is being counted. */
  readonly preview: FieldChangePreview | undefined;
  /** Values that do not fit are changed too. */
  readonly isEach: boolean;
}

const count = (number: number, word: string) => `${number.toLocaleString('en')} ${word}${number === 1 ? '' : 's'}`;

/** What a change of a field would touch: documents, values that do not fit, places that name the field. */
export function FieldChangeTouches({ change, preview, isEach }: FieldChangeTouchesProps) {
  if (preview === undefined) return <Skeleton h={70} aria-label="Counting what the change touches" role="status" />;
  const { documents, looked, having, converted, unfit, examples, mentions, blockedBy } = preview;
  const share = looked < documents ? `Of the first ${looked.toLocaleString('en')} of about ${count(documents, 'document')}` : 'Of all';
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">
        {looked < documents ? share : `Of ${count(documents, 'document')}`}, {having.toLocaleString('en')} {having === 1 ? 'has' : 'have'}{' '}
        the field.
        {change.type === 'retype' && ` ${count(converted, 'value')} would be converted; ${unfit.toLocaleString('en')} would not fit.`}
        {change.type === 'remove' && having > 0 && ' Their values are deleted for good.'}
      </Text>
      {blockedBy.length > 0 ? (
        <Alert color="orange" variant="light" icon={<TriangleAlert size={18} aria-hidden />} title="Something stands in the way">
          <Places
            places={blockedBy}
            before={change.type === 'rename' ? 'Change these first:' : 'These name the field. Change them first:'}
          />
        </Alert>
      ) : (
        mentions.length > 0 && <Places places={mentions} before="These name the field and are changed with it:" />
      )}
      {unfit > 0 && (
        <UnfitExamples examples={examples} caption={isEach ? 'Values that do not fit' : 'Values that would stay as they are'} />
      )}
      <Text size="sm" c="dimmed">
        It runs in the background, never stops writers, and goes on after a restart.
      </Text>
    </Stack>
  );
}

function Places({ places, before }: { places: readonly string[]; before: string }) {
  return (
    <>
      <Text size="sm">{before}</Text>
      <List size="sm">
        {places.map((place) => (
          <List.Item key={place}>
            <Code>{place}</Code>
          </List.Item>
        ))}
      </List>
    </>
  );
}

/** A few values that do not fit, with the documents that have them. */
export function UnfitExamples({ examples, caption }: { examples: readonly UnfitValue[]; caption: string }) {
  return (
    <ScrollBox label={caption} maxHeight={240}>
      <Table verticalSpacing={4} captionSide="top">
        <Table.Caption ta="left" mt={0}>
          {caption}
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Document</Table.Th>
            <Table.Th scope="col">Value</Table.Th>
            <Table.Th scope="col">Why</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {examples.map(({ id, value, code }) => (
            <Table.Tr key={id}>
              <Table.Td className="mono">{id}</Table.Td>
              <Table.Td className="mono cut" maw={220}>
                {valueText(value)}
              </Table.Td>
              <Table.Td>
                <Code>{code}</Code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollBox>
  );
}
