import { ActionIcon, Menu } from '@mantine/core';
import { ArrowLeftRight, EllipsisVertical, PencilLine, Trash2 } from 'lucide-react';
import type { FieldChange } from './change-shapes.ts';

export interface FieldMenuProps {
  readonly name: string;
  /** Why nothing can be changed now. */
  readonly blockedBy: string | undefined;
  readonly onPick: (kind: FieldChange['type']) => void;
}

/** What can be done to a field together with its values. */
export function FieldMenu({ name, blockedBy, onPick }: FieldMenuProps) {
  const isOff = blockedBy !== undefined;
  return (
    <Menu position="bottom-end" shadow="md" width={230} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" aria-label={`Rename, retype or remove ${name}`}>
          <EllipsisVertical size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {isOff && <Menu.Label>{blockedBy}</Menu.Label>}
        <Menu.Item leftSection={<PencilLine size={14} aria-hidden />} disabled={isOff} onClick={() => onPick('rename')}>
          Rename…
        </Menu.Item>
        <Menu.Item leftSection={<ArrowLeftRight size={14} aria-hidden />} disabled={isOff} onClick={() => onPick('retype')}>
          Change the type…
        </Menu.Item>
        <Menu.Item leftSection={<Trash2 size={14} aria-hidden />} color="red" disabled={isOff} onClick={() => onPick('remove')}>
          Remove with its values…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
