import { defineProblem } from '@mainstay/kernel';

export const emailTaken = defineProblem({
  code: 'email_taken',
  status: 409,
  title: 'E-mail taken',
  detail: () => 'There is a user with this e-mail address. Log in instead.',
});
export const loginFailed = defineProblem({
  code: 'login_failed',
  status: 401,
  title: 'Login failed',
  detail: () => 'The e-mail address or the password is wrong.',
});
export const sessionInvalid = defineProblem({
  code: 'session_invalid',
  status: 401,
  title: 'Session not valid',
  detail: () => 'The session has ended or is not one of this project. Log in again.',
});
export const sessionExpired = defineProblem({
  code: 'session_expired',
  status: 401,
  title: 'Session expired',
  detail: () => 'The session token has run out. Refresh it with POST /auth/refresh.',
});
export const userNotFound = defineProblem({
  code: 'user_not_found',
  status: 404,
  title: 'User not found',
  detail: () => 'There is no such user.',
});
export const roleNotFound = defineProblem({
  code: 'role_not_found',
  status: 404,
  title: 'Role not found',
  detail: () => 'There is no such role.',
});
export const roleExists = defineProblem({
  code: 'role_exists',
  status: 409,
  title: 'Role exists',
  detail: () => 'There is a role with this name.',
});
export const anonymousUsersOff = defineProblem({
  code: 'anonymous_users_off',
  status: 403,
  title: 'Anonymous users are off',
  detail: () => 'This installation makes users with e-mail and password only.',
});
