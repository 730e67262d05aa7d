import { Box, Button, Center, Checkbox, Group, Paper, Stack, Text, UnstyledButton } from '@mantine/core';
import { cellText } from './cell-text.ts';
import type { Document } from './data-shapes.ts';
import type { GridColumn } from './grid-columns.ts';

export interface DocumentCardsProps {
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly documents: readonly Document[];
  readonly selected: ReadonlySet<string>;
  readonly hasMore: boolean;
  readonly onSelect: (ids: ReadonlySet<string>) => void;
  readonly onOpen: (document: Document) => void;
  readonly onEnd: () => void;
}

/** The grid on a phone: a card per document with its first three fields; a tap opens it. */
export function DocumentCards({ label, columns, documents, selected, hasMore, onSelect, onOpen, onEnd }: DocumentCardsProps) {
  const fields = columns.filter(({ isEditable }) => isEditable).slice(0, 3);
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  return (
    <>
      <Stack gap="xs" role="list" aria-label={label}>
        {documents.map((document) => (
          <Paper withBorder p="sm" key={document.id} role="listitem">
            <Group wrap="nowrap" align="flex-start">
              <Checkbox
                aria-label={`Select document ${document.id}`}
                checked={selected.has(document.id)}
                onChange={() => toggle(document.id)}
              />
              <UnstyledButton onClick={() => onOpen(document)} flex={1} miw={0} aria-label={`Open document ${document.id}`}>
                {fields.map(({ field }) => (
                  <Group key={field} gap="xs" wrap="nowrap">
                    <Text size="xs" c="dimmed" w={88} className="cut" style={{ flex: 'none' }}>
                      {field}
                    </Text>
                    <Box fz="sm" className="cut">
                      {cellText(document[field]) || '–'}
                    </Box>
                  </Group>
                ))}
                {fields.length === 0 && <Text size="sm">{document.id}</Text>}
              </UnstyledButton>
            </Group>
          </Paper>
        ))}
      </Stack>
      {hasMore && (
        <Center mt="sm">
          <Button variant="default" size="xs" onClick={onEnd}>
            Load more
          </Button>
        </Center>
      )}
    </>
  );
}
