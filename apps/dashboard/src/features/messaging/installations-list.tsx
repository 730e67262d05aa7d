import { Badge } from '@mantine/core';
import { Smartphone } from 'lucide-react';
import { DataTable } from '../../design/data-table.tsx';
import { NothingYet } from '../../design/nothing-yet.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import { useProjectApi } from '../../shell/project.ts';
import { usePages } from '../../shell/use-pages.ts';
import { useRefreshOn } from '../../shell/use-refresh-on.ts';
import type { Installation } from './messaging-shapes.ts';

/** The browsers and phones that can be pushed to. */
export function InstallationsList() {
  const api = useProjectApi();
  const pages = usePages<Installation>({ api, path: '/push/installations' });
  useRefreshOn('push', ['/push/installations']);
  return (
    <DataTable
      label="Installations"
      pages={pages}
      empty={
        <NothingYet icon={Smartphone} title="No installations yet">
          An app registers with PUT /push/installations/ID after the person allowed notifications.
        </NothingYet>
      }
      columns={[
        { header: 'Installation', cell: ({ id }) => <span className="mono">{id}</span> },
        {
          header: 'Platform',
          cell: ({ platform }) => (
            <Badge variant="light" color="gray">
              {platform}
            </Badge>
          ),
        },
        { header: 'User', cell: ({ userId }) => <span className="mono">{userId ?? ''}</span> },
        { header: 'Locale', cell: ({ locale }) => locale ?? '' },
        {
          header: 'Tags',
          cell: ({ tags }) => <span className="mono">{tags === undefined || tags === null ? '' : JSON.stringify(tags)}</span>,
        },
        { header: 'Registered', cell: ({ createdAt, updatedAt }) => <TimeAgo at={updatedAt ?? createdAt} /> },
      ]}
    />
  );
}
