import { Code, Text } from '@mantine/core';
import { ScrollText } from 'lucide-react';
import { DataTable } from '../../design/data-table.tsx';
import { NothingYet } from '../../design/nothing-yet.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import { valueText } from '../../design/value-text.ts';
import { platformApi } from '../../shell/api.ts';
import { usePages } from '../../shell/use-pages.ts';
import type { AuditEntry } from './platform-shapes.ts';

/** A name in whatever the log holds: a text, or an object with an e-mail, a name or an id. */
function named(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return valueText(value);
  const { email, name, id, type } = value as Record<string, unknown>;
  return valueText(email ?? name ?? id ?? type ?? value);
}

/** Who changed what, and when, from one of the platform's logs. */
export function AuditList({ path }: { path: string }) {
  const pages = usePages<AuditEntry>({ api: platformApi, path });
  return (
    <DataTable
      label="Audit log"
      pages={pages}
      empty={
        <NothingYet icon={ScrollText} title="Nothing yet">
          Changes appear here.
        </NothingYet>
      }
      columns={[
        { header: 'Action', cell: ({ action }) => <Code>{action}</Code> },
        { header: 'By', cell: ({ actor }) => named(actor) },
        { header: 'When', cell: ({ at }) => <TimeAgo at={at} /> },
        { header: 'On', cell: ({ target }) => <span className="mono">{named(target)}</span> },
        {
          header: 'Detail',
          cell: ({ detail }) => (
            <Text size="xs" className="mono" lineClamp={2}>
              {detail === null || detail === undefined ? '' : JSON.stringify(detail)}
            </Text>
          ),
        },
        { header: 'From', cell: ({ ip }) => ip ?? '' },
      ]}
    />
  );
}
