import { Anchor, Badge, Button, Drawer, Group, Text } from '@mantine/core';
import { MailOpen } from 'lucide-react';
import { useState } from 'react';
import { DataTable } from '../../design/data-table.tsx';
import { NothingYet } from '../../design/nothing-yet.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import type { Api } from '../../shell/api.ts';
import { usePages } from '../../shell/use-pages.ts';
import type { Mail } from './mail-shapes.ts';
import { MailView } from './mail-view.tsx';
import { useMail } from './use-mail.ts';

const COLORS = { queued: 'blue', sending: 'blue', sent: 'green', kept: 'gray', dead: 'red' } as const;
const WORDS = { queued: 'waiting', sending: 'being sent', sent: 'sent', kept: 'kept here', dead: 'given up' } as const;

export interface MailsListProps {
  readonly api: Api;
  readonly path: string;
  /** What is said where there is none. */
  readonly nothing: string;
}

/** What was mailed, and how it went; without an SMTP server mails can be read here. */
export function MailsList({ api, path, nothing }: MailsListProps) {
  const pages = usePages<Mail>({ api, path });
  const [openId, setOpenId] = useState<string | null>(null);
  const open = useMail({ api, path, id: openId });
  return (
    <>
      <Group justify="flex-end" mb="sm">
        <Button variant="default" size="xs" onClick={pages.reload}>
          Refresh
        </Button>
      </Group>
      <DataTable
        label="Mails"
        pages={pages}
        empty={
          <NothingYet icon={MailOpen} title="No mails yet">
            {nothing}
          </NothingYet>
        }
        columns={[
          {
            header: 'Subject',
            cell: ({ id, subject }) => (
              <Anchor component="button" onClick={() => setOpenId(id)}>
                {subject}
              </Anchor>
            ),
          },
          { header: 'To', cell: ({ to }) => to },
          { header: 'State', cell: ({ state, reason }) => <State state={state} reason={reason} /> },
          { header: 'Template', cell: ({ template, locale }) => <span className="mono">{`${template} · ${locale}`}</span> },
          { header: 'When', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
        ]}
      />
      <Drawer opened={openId !== null} onClose={() => setOpenId(null)} title="Mail" position="right" size="lg">
        {open.error && <ProblemPanel error={open.error} />}
        {open.data && open.data.html !== null && open.data.text !== null && (
          <MailView subject={open.data.subject} text={open.data.text} html={open.data.html} />
        )}
        {open.data && open.data.html === null && (
          <Text c="dimmed">The text of a mail is forgotten once it was sent: its links sign in.</Text>
        )}
      </Drawer>
    </>
  );
}

function State({ state, reason }: Pick<Mail, 'state' | 'reason'>) {
  return (
    <Group gap={6}>
      <Badge variant="light" color={COLORS[state]}>
        {WORDS[state]}
      </Badge>
      {reason !== null && (
        <Text size="xs" c="dimmed" className="mono">
          {reason}
        </Text>
      )}
    </Group>
  );
}
