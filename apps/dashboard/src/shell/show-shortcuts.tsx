import { Group, Kbd, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { PLACES_BY_CHORD } from './chords.ts';

const OTHERS: readonly (readonly [string, string])[] = [
  ['Mod + K', 'Search and go anywhere'],
  ['?', 'This list'],
  ['← ↑ → ↓', 'Move in the grid; with Mod to the edge'],
  ['Enter or F2', 'Edit a cell, sort by a column, open a document'],
  ['Esc', 'Forget the edit'],
  ['Space', 'Select a document'],
  ['Delete', 'Remove a value'],
  ['Mod + Z', 'Take the last edit back'],
  ['Mod + S', 'Save all edits'],
  ['Mod + C, Mod + V', 'Copy a cell, paste cells'],
];

/** Opens the list of keyboard shortcuts. */
export function showShortcuts(): void {
  const row = (keys: string, does: string) => (
    <Group key={does} justify="space-between" wrap="nowrap">
      <Text size="sm">{does}</Text>
      <Kbd>{keys}</Kbd>
    </Group>
  );
  modals.open({
    modalId: 'shortcuts',
    title: 'Keyboard shortcuts',
    children: (
      <Stack gap="xs">
        {OTHERS.map(([keys, does]) => row(keys, does))}
        {PLACES_BY_CHORD.map(({ key, label }) => row(`g ${key}`, `Go to ${label}`))}
      </Stack>
    ),
  });
}
