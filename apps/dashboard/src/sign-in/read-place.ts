const PATH = /^\/p\/([^/]+)\/auth\/ui\/?$/;
const LINK_TYPES = ['verify-email', 'reset-password', 'magic-link', 'change-email'] as const;
const ENTRIES = ['sign-in', 'sign-up', 'forgot'] as const;

/** What a link in a mail carries behind the `#`, which no server has seen. */
export interface MailLink {
  readonly type: (typeof LINK_TYPES)[number];
  readonly token: string;
}

/** What the address of the page says. */
export interface Place {
  readonly projectId: string;
  /** Where the API of the project is, on this origin. */
  readonly api: string;
  /** Where the app wants its user back, and what it needs to recognise the answer. */
  readonly redirectTo: string | null;
  readonly codeChallenge: string | null;
  readonly state: string | null;
  readonly locale: string | null;
  /** The address that the app knows already. */
  readonly email: string;
  readonly entry: (typeof ENTRIES)[number];
  readonly link: MailLink | null;
  /** A provider to go to at once. */
  readonly provider: string | null;
  /** What a provider led back with. */
  readonly code: string | null;
  readonly error: string | null;
  /** The parameters that a link in a mail has to bring back here. */
  readonly search: string;
}

/** Reads the address of the page. */
export function readPlace({ pathname, search, hash }: Pick<Location, 'pathname' | 'search' | 'hash'>): Place {
  const projectId = PATH.exec(pathname)?.[1] ?? '';
  const query = new URLSearchParams(search);
  const kept = new URLSearchParams();
  for (const name of ['redirectTo', 'codeChallenge', 'state', 'locale']) {
    const value = query.get(name);
    if (value !== null) kept.set(name, value);
  }
  const entry = query.get('view');
  return {
    projectId,
    api: `/p/${projectId}/v1`,
    redirectTo: query.get('redirectTo'),
    codeChallenge: query.get('codeChallenge'),
    state: query.get('state'),
    locale: query.get('locale'),
    email: query.get('email') ?? '',
    entry: ENTRIES.find((one) => one === entry) ?? 'sign-in',
    link: readLink(hash),
    provider: query.get('provider'),
    code: query.get('code'),
    error: query.get('error'),
    search: `?${kept.toString()}`,
  };
}

/** The link out of a mail that brought somebody here. */
export function readLink(hash: string): MailLink | null {
  const parameters = new URLSearchParams(hash.slice(1));
  const type = LINK_TYPES.find((one) => one === parameters.get('type'));
  const token = parameters.get('token');
  return type === undefined || token === null ? null : { type, token };
}
