/** Somebody who has an account at the issuer. */
export interface Person {
  readonly subject: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly name?: string;
}

/**
 * What providers without id tokens say of an account: GitHub (REST `GET /user`, `GET /user/emails`), Facebook (Graph `GET /me`),
 * Discord (`GET /users/@me`), each with the fields of its documentation that sign-in reads.
 */
export function accountAnswer(path: string, person: Person): { status: number; body: unknown } {
  const { subject, email = null, emailVerified = false, name = null } = person;
  if (path.endsWith('/user/emails')) {
    const spare = { email: `spare-${subject}@example.com`, primary: false, verified: true, visibility: null };
    return {
      status: 200,
      body: [spare, ...(email === null ? [] : [{ email, primary: true, verified: emailVerified, visibility: 'private' }])],
    };
  }
  if (path.endsWith('/user')) return { status: 200, body: { id: Number(subject), login: `login${subject}`, name, email: null } };
  if (path.endsWith('/users/@me')) {
    return { status: 200, body: { id: subject, username: `login${subject}`, global_name: name, email, verified: emailVerified } };
  }
  if (path.endsWith('/me')) return { status: 200, body: { id: subject, name, ...(email === null ? {} : { email }) } };
  return { status: 404, body: { error: 'not_found' } };
}
