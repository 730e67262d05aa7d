import { defineProblem } from '@mainstay/kernel';

// Accounts of the platform meet the same ones.
export { codeInvalid, secondFactorExists, secondFactorNeeded, secondFactorNotFound, secondStepInvalid } from '@mainstay/factors';

export const emailTaken = defineProblem({
  code: 'email_taken',
  status: 409,
  title: 'E-mail taken',
  detail: () => 'There is a user with this e-mail address. Log in instead; then you can link other accounts.',
});
export const usernameTaken = defineProblem({
  code: 'username_taken',
  status: 409,
  title: 'User name taken',
  detail: () => 'There is a user with this name. Choose another one.',
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
export const roleCircle = defineProblem<{ role: string }>({
  code: 'role_circle',
  status: 422,
  title: 'Roles in a circle',
  detail: ({ role }) => `The role "${role}" would hold itself.`,
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
export const signInWayOff = defineProblem({
  code: 'sign_in_way_off',
  status: 403,
  title: 'Not offered',
  detail: () => 'This project does not offer this. Its owner can switch it on under GET/PATCH /auth/settings.',
});
export const signUpRefused = defineProblem({
  code: 'sign_up_refused',
  status: 403,
  title: 'Sign-up refused',
  detail: () => 'This project does not take new users, or none with this address.',
});
export const linkInvalid = defineProblem({
  code: 'link_invalid',
  status: 401,
  title: 'Link not valid',
  detail: () => 'The link was used already, has run out, or was never valid. Ask for a new one.',
});
export const pageCodeInvalid = defineProblem({
  code: 'page_code_invalid',
  status: 401,
  title: 'Code not valid',
  detail: () => 'The code of the sign-in page was used already, has run out, or belongs to another codeVerifier. Sign in again.',
});
export const redirectRefused = defineProblem({
  code: 'redirect_refused',
  status: 422,
  title: 'Address refused',
  detail: () => 'Links lead to the appUrl of the project and to its redirectUrls only (PATCH /auth/settings).',
});
export const appUrlMissing = defineProblem({
  code: 'app_url_missing',
  status: 409,
  title: 'No address for links',
  detail: () => 'The project does not say where its app is. Set appUrl with PATCH /auth/settings.',
});
export const notAnonymous = defineProblem({
  code: 'not_anonymous',
  status: 409,
  title: 'Not an anonymous user',
  detail: () => 'Only a user without address and password gets them this way.',
});
export const emailMissing = defineProblem({
  code: 'email_missing',
  status: 409,
  title: 'No e-mail address',
  detail: () => 'The user has no e-mail address that could be confirmed.',
});
export const refusedByHook = defineProblem<{ reason: string | undefined }>({
  code: 'refused_by_hook',
  status: 403,
  title: 'Refused',
  detail: ({ reason }) => reason ?? 'The project does not let this user in.',
});
export const hookUnavailable = defineProblem({
  code: 'hook_unavailable',
  status: 503,
  title: 'No answer about the sign-in',
  detail: () => 'A service that the project asks before it lets anybody in gave no answer. Try again soon.',
});
export const smsNotSent = defineProblem<{ reason: string }>({
  code: 'sms_not_sent',
  status: 502,
  title: 'Text message not sent',
  detail: ({ reason }) => `The sender of text messages ${reason}. Look at its address, its headers and its body under /auth/sms/sender.`,
});
export const hookNotFound = defineProblem({
  code: 'hook_not_found',
  status: 404,
  title: 'Hook not found',
  detail: () => 'The project has no such hook or captcha.',
});
export const captchaNeeded = defineProblem({
  code: 'captcha_needed',
  status: 403,
  title: 'Captcha needed',
  detail: () => 'Solve the captcha (GET /auth/captcha says which) and send its token as captchaToken.',
});
export const secondFactorEnrolmentNeeded = defineProblem({
  code: 'second_factor_enrolment_needed',
  status: 401,
  title: 'Second factor to be set up',
  detail: () => 'This project asks this user for a second factor. Set one up with POST /auth/mfa/totp and the token in secondFactor.',
});
export const signInIncomplete = defineProblem({
  code: 'sign_in_incomplete',
  status: 401,
  title: 'Sign-in not complete',
  detail: () => 'The project asks this user for a second factor, which this session has not shown. Sign in again.',
});
export const stepUpNeeded = defineProblem({
  code: 'step_up_needed',
  status: 403,
  title: 'Second factor needed again',
  detail: () => 'Show a second factor with POST /auth/mfa/step-up and the token in secondFactor, then repeat the request.',
});
export const secondFactorKept = defineProblem({
  code: 'second_factor_kept',
  status: 409,
  title: 'Second factor kept',
  detail: () => 'This project asks this user for a second factor, and this is the last one. Set up another one first.',
});
export const providerNotFound = defineProblem({
  code: 'provider_not_found',
  status: 404,
  title: 'Provider not found',
  detail: () => 'The project has no sign-in provider with this name.',
});
export const providerOff = defineProblem({
  code: 'provider_off',
  status: 403,
  title: 'Provider off',
  detail: () => 'The project has switched this provider off.',
});
export const providerUnreachable = defineProblem({
  code: 'provider_unreachable',
  status: 502,
  title: 'Provider unreachable',
  detail: () => 'The provider does not answer as it should. Try again in a moment.',
});
export const providerFlowInvalid = defineProblem({
  code: 'provider_flow_invalid',
  status: 401,
  title: 'Sign-in not valid',
  detail: () => 'This sign-in was finished already, has run out, or was begun elsewhere. Begin again.',
});
export const idTokenInvalid = defineProblem({
  code: 'id_token_invalid',
  status: 401,
  title: 'Id token not valid',
  detail: () => 'The id token is not one of this provider for this app, has run out, or was used already.',
});
export const identityRefused = defineProblem({
  code: 'identity_refused',
  status: 401,
  title: 'Sign-in refused',
  detail: () => 'The user of this identity may not sign in.',
});
export const identityNotFound = defineProblem({
  code: 'identity_not_found',
  status: 404,
  title: 'Identity not found',
  detail: () => 'The user has no such identity.',
});
export const identityTaken = defineProblem({
  code: 'identity_taken',
  status: 409,
  title: 'Identity taken',
  detail: () => 'This account signs in another user already.',
});
export const lastWayIn = defineProblem({
  code: 'last_way_in',
  status: 409,
  title: 'Last way in',
  detail: () => 'Without it nobody could sign in as this user. Add another way first.',
});
export const customTokenInvalid = defineProblem({
  code: 'custom_token_invalid',
  status: 401,
  title: 'Custom token not valid',
  detail: () => 'The token is not one of a registered key for this project, lasts longer than an hour, has run out, or was used already.',
});
export const tokenKeyNotFound = defineProblem({
  code: 'token_key_not_found',
  status: 404,
  title: 'Key not found',
  detail: () => 'The project has no such key for custom tokens.',
});
export const passkeyInvalid = defineProblem({
  code: 'passkey_invalid',
  status: 401,
  title: 'Passkey not valid',
  detail: () => 'The passkey is not known here, or was not shown for this request and this site. Begin anew.',
});
export const passkeyNotFound = defineProblem({
  code: 'passkey_not_found',
  status: 404,
  title: 'Passkey not found',
  detail: () => 'The user has no such passkey.',
});
