import { defineProblem } from '@mainstay/kernel';

export const teamNotFound = defineProblem({
  code: 'team_not_found',
  status: 404,
  title: 'Team not found',
  detail: () => 'There is no such team that you are in.',
});
export const teamMemberNotFound = defineProblem({
  code: 'team_member_not_found',
  status: 404,
  title: 'Member not found',
  detail: () => 'The team has no such member or invitation.',
});
export const teamForbidden = defineProblem({
  code: 'team_forbidden',
  status: 403,
  title: 'Not allowed in this team',
  detail: () => 'Your role in the team does not allow this. Owners may do everything, admins all that is not about owners.',
});
export const teamOwnerNeeded = defineProblem({
  code: 'team_owner_needed',
  status: 409,
  title: 'A team has an owner',
  detail: () => 'Make somebody else an owner first, or delete the team.',
});
export const teamMemberExists = defineProblem({
  code: 'team_member_exists',
  status: 409,
  title: 'In the team already',
  detail: () => 'This user is in the team already.',
});
