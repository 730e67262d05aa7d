import { defineProblem } from '@mainstay/kernel';

export const signInFailed = defineProblem({
  code: 'sign_in_failed',
  status: 401,
  title: 'Sign-in failed',
  detail: () => 'The e-mail address or the password is wrong.',
});
export const signInNeeded = defineProblem({
  code: 'sign_in_needed',
  status: 403,
  title: 'Sign-in needed',
  detail: () => 'An access token may not do this. Sign in at the dashboard.',
});
export const linkUsedUp = defineProblem({
  code: 'link_used_up',
  status: 401,
  title: 'Link used up',
  detail: () => 'The link was used already or is older than allowed. Ask for a new one.',
});
export const accountExists = defineProblem({
  code: 'account_exists',
  status: 409,
  title: 'Account exists',
  detail: () => 'There is an account with this e-mail address. Sign in instead.',
});
export const signUpClosed = defineProblem({
  code: 'sign_up_closed',
  status: 403,
  title: 'Sign-up closed',
  detail: () => 'This installation takes new accounts by invitation only.',
});
export const alreadyMember = defineProblem({
  code: 'already_member',
  status: 409,
  title: 'Already a member',
  detail: () => 'This account is a member of the organization already. Its owners can change the role.',
});
export const keyInvalid = defineProblem({
  code: 'key_invalid',
  status: 401,
  title: 'Key not valid',
  detail: () => 'The key is not one of this project, or it was revoked.',
});
export const lastOwner = defineProblem({
  code: 'last_owner',
  status: 409,
  title: 'Last owner',
  detail: () => 'An organization keeps at least one owner. Make somebody else owner first.',
});
export const secondFactorRequired = defineProblem({
  code: 'second_factor_required',
  status: 403,
  title: 'Second factor required',
  detail: () => 'This organization lets in only members with a second factor. Set one up in your account.',
});
export const memberRoleTooLow = defineProblem<{ needed: string }>({
  code: 'member_role_too_low',
  status: 403,
  title: 'Role too low',
  detail: ({ needed }) => `This needs the role ${needed} in the organization.`,
});
