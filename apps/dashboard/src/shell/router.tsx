import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { ProblemPanel } from '../design/problem-panel.tsx';
import { toApiError } from './api-error.ts';
import { platformApi, setCsrfToken } from './api.ts';
import { NotFound } from './not-found.tsx';
import { ProjectLayout } from './project-layout.tsx';
import { projectsQuery } from './project.ts';
import { choiceParam, definedParams, objectParam, textParam } from './search-params.ts';
import { sessionQuery } from './session.ts';
import type { SignedIn } from './session.ts';
import { SignedInPages } from './signed-in-pages.tsx';

interface RouterContext {
  readonly client: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: ({ error }) => <ProblemPanel error={error} onRetry={() => window.location.reload()} />,
});

/** Only a path of this origin: a link must not lead away after the sign-in. */
const nextOf = (raw: Record<string, unknown>) => {
  const next = textParam(raw, 'next');
  return next?.startsWith('/') && !next.startsWith('//') && !next.startsWith('/\\') ? next : undefined;
};

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (raw) => definedParams({ link: textParam(raw, 'link'), next: nextOf(raw) }),
  loaderDeps: ({ search: { link, next } }) => ({ link, next }),
  loader: async ({ deps: { link, next }, context: { client } }) => {
    if (link === undefined) return { linkProblem: null };
    try {
      const { csrfToken } = await platformApi.post<SignedIn>('/login/link', { token: link });
      client.clear();
      setCsrfToken(csrfToken);
    } catch (error) {
      return { linkProblem: toApiError(error) };
    }
    throw redirect({ href: next ?? '/', replace: true });
  },
  // The link works once: what came of it must not be asked again.
  staleTime: Number.POSITIVE_INFINITY,
  component: lazyRouteComponent(() => import('../features/platform/sign-in-page.tsx'), 'SignInPage'),
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  validateSearch: (raw) => definedParams({ next: nextOf(raw) }),
  component: lazyRouteComponent(() => import('../features/platform/sign-up-page.tsx'), 'SignUpPage'),
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('../features/account/forgot-password-page.tsx'), 'ForgotPasswordPage'),
});
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('../features/account/reset-password-page.tsx'), 'ResetPasswordPage'),
});
const confirmEmail = createRoute({
  getParentRoute: () => root,
  path: '/confirm-email',
  component: lazyRouteComponent(() => import('../features/account/confirm-email-page.tsx'), 'ConfirmEmailPage'),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context: { client }, location }) => {
    const session = await client.ensureQueryData(sessionQuery);
    if (session === null) throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
    await client.ensureQueryData(projectsQuery);
  },
  component: SignedInPages,
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: async ({ context: { client } }) => {
    const { items } = await client.ensureQueryData(projectsQuery);
    const last = localStorage.getItem('mainstay-project');
    const project = items.find(({ id }) => id === last) ?? items[0];
    if (project === undefined) throw redirect({ to: '/new-project' });
    throw redirect({ to: '/projects/$projectId', params: { projectId: project.id } });
  },
});

const newProject = createRoute({
  getParentRoute: () => signedIn,
  path: '/new-project',
  component: lazyRouteComponent(() => import('../features/platform/new-project-page.tsx'), 'NewProjectPage'),
});

const invitation = createRoute({
  getParentRoute: () => signedIn,
  path: '/invitation',
  validateSearch: (raw) => definedParams({ token: textParam(raw, 'token') }),
  component: lazyRouteComponent(() => import('../features/platform/accept-invitation-page.tsx'), 'AcceptInvitationPage'),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  validateSearch: (raw) => definedParams({ tab: choiceParam(raw, 'tab', ['security', 'tokens', 'organizations', 'log', 'mails']) }),
  component: lazyRouteComponent(() => import('../features/account/account-page.tsx'), 'AccountPage'),
});

const organization = createRoute({
  getParentRoute: () => signedIn,
  path: '/organizations/$organizationId',
  validateSearch: (raw) => definedParams({ tab: choiceParam(raw, 'tab', ['settings', 'log']) }),
  component: lazyRouteComponent(() => import('../features/organizations/organization-page.tsx'), 'OrganizationPage'),
});

const project = createRoute({ getParentRoute: () => signedIn, path: '/projects/$projectId', component: ProjectLayout });

const overview = createRoute({
  getParentRoute: () => project,
  path: '/',
  component: lazyRouteComponent(() => import('../features/platform/overview-page.tsx'), 'OverviewPage'),
});
const data = createRoute({
  getParentRoute: () => project,
  path: '/data',
  component: lazyRouteComponent(() => import('../features/data/collections-page.tsx'), 'CollectionsPage'),
});
const newCollection = createRoute({
  getParentRoute: () => project,
  path: '/data/new',
  component: lazyRouteComponent(() => import('../features/data/new-collection-page.tsx'), 'NewCollectionPage'),
});
const collection = createRoute({
  getParentRoute: () => project,
  path: '/data/$collection',
  validateSearch: (raw) =>
    definedParams({
      tab: choiceParam(raw, 'tab', ['schema', 'rules', 'indexes', 'transfer', 'trash', 'api']),
      where: objectParam(raw, 'where'),
      sort: textParam(raw, 'sort'),
      document: textParam(raw, 'document'),
    }),
  component: lazyRouteComponent(() => import('../features/data/collection-page.tsx'), 'CollectionPage'),
});
const users = createRoute({
  getParentRoute: () => project,
  path: '/users',
  validateSearch: (raw) =>
    definedParams({
      tab: choiceParam(raw, 'tab', ['roles', 'sign-in', 'sign-in-page']),
      search: textParam(raw, 'search'),
      user: textParam(raw, 'user'),
      dialog: choiceParam(raw, 'dialog', ['create']),
    }),
  component: lazyRouteComponent(() => import('../features/auth/users-page.tsx'), 'UsersPage'),
});
const files = createRoute({
  getParentRoute: () => project,
  path: '/files',
  validateSearch: (raw) => definedParams({ file: textParam(raw, 'file') }),
  component: lazyRouteComponent(() => import('../features/files/files-page.tsx'), 'FilesPage'),
});
const push = createRoute({
  getParentRoute: () => project,
  path: '/push',
  validateSearch: (raw) => definedParams({ tab: choiceParam(raw, 'tab', ['compose', 'installations']) }),
  component: lazyRouteComponent(() => import('../features/messaging/push-page.tsx'), 'PushPage'),
});
const mail = createRoute({
  getParentRoute: () => project,
  path: '/mail',
  validateSearch: (raw) => definedParams({ tab: choiceParam(raw, 'tab', ['templates', 'server']) }),
  component: lazyRouteComponent(() => import('../features/mail/mail-page.tsx'), 'MailPage'),
});
const devices = createRoute({
  getParentRoute: () => project,
  path: '/devices',
  validateSearch: (raw) =>
    definedParams({
      tab: choiceParam(raw, 'tab', ['rules']),
      search: textParam(raw, 'search'),
      dialog: choiceParam(raw, 'dialog', ['register']),
    }),
  component: lazyRouteComponent(() => import('../features/devices/devices-page.tsx'), 'DevicesPage'),
});
const device = createRoute({
  getParentRoute: () => project,
  path: '/devices/$deviceId',
  validateSearch: (raw) => definedParams({ keys: textParam(raw, 'keys'), range: choiceParam(raw, 'range', ['15m', '1h', '24h', '7d']) }),
  component: lazyRouteComponent(() => import('../features/devices/device-page.tsx'), 'DevicePage'),
});
const analytics = createRoute({
  getParentRoute: () => project,
  path: '/analytics',
  validateSearch: (raw) =>
    definedParams({
      event: textParam(raw, 'event'),
      measure: choiceParam(raw, 'measure', ['count', 'sum', 'unique']),
      interval: choiceParam(raw, 'interval', ['hour', 'day', 'week', 'month']),
      days: choiceParam(raw, 'days', ['1', '7', '30', '90']),
      by: textParam(raw, 'by'),
    }),
  component: lazyRouteComponent(() => import('../features/analytics/analytics-page.tsx'), 'AnalyticsPage'),
});
const api = createRoute({
  getParentRoute: () => project,
  path: '/api',
  validateSearch: (raw) => definedParams({ collection: textParam(raw, 'collection') }),
  component: lazyRouteComponent(() => import('../features/data/api-page.tsx'), 'ApiPage'),
});
const settings = createRoute({
  getParentRoute: () => project,
  path: '/settings',
  validateSearch: (raw) => definedParams({ tab: choiceParam(raw, 'tab', ['keys', 'members', 'project', 'audit', 'tokens']) }),
  component: lazyRouteComponent(() => import('../features/platform/settings-page.tsx'), 'SettingsPage'),
});

const routeTree = root.addChildren([
  signIn,
  signUp,
  forgotPassword,
  resetPassword,
  confirmEmail,
  signedIn.addChildren([
    home,
    newProject,
    invitation,
    account,
    organization,
    project.addChildren([overview, data, newCollection, collection, users, files, push, mail, devices, device, analytics, api, settings]),
  ]),
]);

/** The console's pages. */
export function createConsoleRouter(client: QueryClient) {
  return createRouter({ routeTree, context: { client }, defaultPreload: false, scrollRestoration: true });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
