import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { PageHeader } from '../../design/page-header.tsx';
import { Panel } from '../../design/panel.tsx';
import type { OrganizationMembership } from '../../shell/session.ts';

/** What a member without a second factor sees of an organization that requires one. */
export function BarredPanel({ organization: { name } }: { organization: OrganizationMembership }) {
  return (
    <>
      <PageHeader title={name} />
      <Panel
        title="A second factor is required"
        description={`${name} lets in only members with a second factor: an authenticator app or a passkey.`}
      >
        <Button component={Link} to="/account?tab=security">
          Set one up
        </Button>
      </Panel>
    </>
  );
}
