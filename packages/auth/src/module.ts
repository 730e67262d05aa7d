import { defineModule } from '@mainstay/host';
import { AuthKinds } from './auth.model.ts';
import type { Auth } from './create-auth.ts';

/** What auth adds to each process. */
export function authModule(auth: Auth) {
  return defineModule({
    name: 'auth',
    kinds: AuthKinds,
    async api() {
      const { authRoutes } = await import('./auth.routes.ts');
      return { routes: authRoutes(auth) };
    },
    async worker() {
      const { proofsJobs } = await import('./proofs/proofs.jobs.ts');
      const { smsJobs } = await import('./sms/sms.jobs.ts');
      const { eventsJobs } = await import('./events/events.jobs.ts');
      const { erasureJobs } = await import('./erasure/erasure.jobs.ts');
      const { frame, erasure, events } = auth;
      return { jobs: [...erasureJobs(frame, erasure), ...proofsJobs(frame, auth), ...smsJobs(frame, auth), ...eventsJobs(frame, events)] };
    },
  });
}
