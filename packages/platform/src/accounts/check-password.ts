import { verifyPassword } from '@mainstay/passwords';
import { Strategy } from 'passport-local';
import type { AccountRow } from '../platform.model.ts';

type Find = (email: string) => Promise<AccountRow | null>;

/**
 * Whose e-mail and password these are, or null. Runs passport's local strategy as a function: on a clone per attempt,
 * without express-session, with our own session behind it.
 */
export function checkPassword(find: Find, email: string, password: string): Promise<AccountRow | null> {
  const strategy = new Strategy(
    { usernameField: 'email', passwordField: 'password', session: false },
    (givenEmail, givenPassword, done) => {
      void verify(find, givenEmail, givenPassword).then((account) => done(null, account ?? false), done);
    },
  );
  return new Promise((resolve, reject) => {
    const attempt = Object.assign(Object.create(strategy) as Strategy, {
      success: (account: AccountRow) => resolve(account),
      fail: () => resolve(null),
      error: reject,
    });
    attempt.authenticate({ body: { email, password } } as never, {} as never);
  });
}

async function verify(find: Find, email: string, password: string): Promise<AccountRow | null> {
  const account = await find(email);
  const isRight = await verifyPassword(account?.passwordHash ?? null, password);
  return isRight ? account : null;
}
