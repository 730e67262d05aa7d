import { Affix, Button, Group, Kbd, Paper, Text, Transition } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { useLatest } from '../../shell/use-latest.ts';

export interface StagedBarProps {
  /** Changed cells. */
  readonly count: number;
  /** Documents whose last save was refused. */
  readonly refused: number;
  readonly isSaving: boolean;
  readonly onSave: () => void;
  readonly onReview: () => void;
  readonly onClear: () => void;
}

/** The bar that stands at the foot of the page while edits are staged; Mod+S saves from anywhere. */
export function StagedBar(props: StagedBarProps) {
  const { count, refused, isSaving, onSave, onReview, onClear } = props;
  const latest = useLatest(props);
  useWindowEvent('keydown', (event) => {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    event.preventDefault();
    // A cell that is being edited keeps its text on the same key; its change is rendered by then.
    setTimeout(() => {
      if (latest.current.count > 0) latest.current.onSave();
    });
  });
  useWindowEvent('beforeunload', (event) => {
    if (count > 0) event.preventDefault();
  });
  return (
    <Affix position={{ bottom: 20, left: 0, right: 0 }} style={{ pointerEvents: 'none' }}>
      <Transition mounted={count > 0} transition="slide-up" duration={150}>
        {(style) => (
          <Group justify="center" style={style}>
            <Paper withBorder shadow="lg" p="xs" px="md" role="region" aria-label="Unsaved changes" style={{ pointerEvents: 'auto' }}>
              <Group gap="sm">
                <Text size="sm" role="status">
                  {count} unsaved {count === 1 ? 'change' : 'changes'}
                  {refused > 0 && `, ${refused} refused`}
                </Text>
                <Button size="xs" variant="default" onClick={onReview}>
                  Review
                </Button>
                <Button size="xs" variant="subtle" onClick={onClear}>
                  Discard
                </Button>
                <Button size="xs" onClick={onSave} loading={isSaving} rightSection={<Kbd size="xs">⌘S</Kbd>}>
                  Save
                </Button>
              </Group>
            </Paper>
          </Group>
        )}
      </Transition>
    </Affix>
  );
}
