import { Stack } from '@mantine/core';
import { useMayWrite } from '../../shell/project.ts';
import type { Collection } from './data-shapes.ts';
import { ExportPanel } from './export-panel.tsx';
import { ImportPanel } from './import-panel.tsx';
import { ImportsList } from './imports-list.tsx';

/** Files in and out of a collection. */
export function TransferTab({ collection }: { collection: Collection }) {
  const mayWrite = useMayWrite();
  return (
    <Stack gap="md">
      {mayWrite && <ImportPanel collection={collection} />}
      <ImportsList collection={collection.name} />
      <ExportPanel collection={collection.name} />
    </Stack>
  );
}
