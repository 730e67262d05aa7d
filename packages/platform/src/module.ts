import { defineModule } from '@mainstay/host';
import type { Platform } from './create-platform.ts';
import { PlatformKinds } from './platform.model.ts';

/** What the platform adds to each process. */
export function platformModule(platform: Platform) {
  return defineModule({
    name: 'platform',
    kinds: PlatformKinds,
    async api() {
      const { accountsRoutes } = await import('./accounts/accounts.routes.ts');
      const { invitationsRoutes } = await import('./invitations/invitations.routes.ts');
      const { mailsRoutes } = await import('./mails/mails.routes.ts');
      const { membersRoutes } = await import('./members/members.routes.ts');
      const { organizationsRoutes } = await import('./organizations/organizations.routes.ts');
      const { deletedProjectsRoutes } = await import('./projects/deleted-projects.routes.ts');
      const { proofsRoutes } = await import('./proofs/proofs.routes.ts');
      const { secondFactorsRoutes } = await import('./second-factors/second-factors.routes.ts');
      const { signInRoutes } = await import('./second-factors/sign-in.routes.ts');
      const { sessionsRoutes } = await import('./sessions/sessions.routes.ts');
      const { tokensRoutes } = await import('./tokens/tokens.routes.ts');
      const { projectsRoutes } = await import('./projects/projects.routes.ts');
      return {
        routes: [
          ...accountsRoutes(platform),
          ...sessionsRoutes(platform),
          ...proofsRoutes(platform),
          ...signInRoutes(platform),
          ...secondFactorsRoutes(platform),
          ...tokensRoutes(platform),
          ...organizationsRoutes(platform),
          ...membersRoutes(platform),
          ...mailsRoutes(platform),
          ...invitationsRoutes(platform),
          ...projectsRoutes(platform),
          ...deletedProjectsRoutes(platform),
        ],
      };
    },
    async worker() {
      const { proofsJobs } = await import('./proofs/proofs.jobs.ts');
      return { jobs: proofsJobs(platform.frame, platform.mailer), parts: [platform.createEraser()] };
    },
  });
}
