import { useProject } from '../../shell/project.ts';
import { AuditList } from './audit-list.tsx';

/** Who changed what in the project, and when. */
export function AuditPanel() {
  const { id } = useProject();
  return <AuditList path={`/projects/${id}/audit`} />;
}
