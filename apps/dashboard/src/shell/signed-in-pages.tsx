import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { sessionQuery } from './session.ts';

/** Everything behind the sign-in. When the session ends meanwhile, the sign-in page takes its place and leads back afterwards. */
export function SignedInPages() {
  const { data } = useQuery(sessionQuery);
  return data === null ? <Leave /> : <Outlet />;
}

/** Goes to the sign-in once, from where the address bar says we are: while the router is on its way its own location changes. */
function Leave() {
  const router = useRouter();
  useEffect(() => {
    const { pathname, search } = window.location;
    void router.navigate({ to: '/sign-in', search: { next: pathname + search }, replace: true });
  }, [router]);
  return null;
}
