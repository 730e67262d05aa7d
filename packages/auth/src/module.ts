import { defineModule } from '@mainstay/host';
import type { Auth } from './create-auth.ts';
import { SessionKind } from './sessions/sessions.model.ts';
import { RoleKind, UserKind } from './users/users.model.ts';

/** What auth adds to each process. */
export function authModule(auth: Auth) {
  return defineModule({
    name: 'auth',
    kinds: [UserKind, RoleKind, SessionKind],
    async api() {
      const { signInRoutes } = await import('./users/sign-in.routes.ts');
      const { usersRoutes } = await import('./users/users.routes.ts');
      return { routes: [...signInRoutes(auth), ...usersRoutes(auth)] };
    },
  });
}
