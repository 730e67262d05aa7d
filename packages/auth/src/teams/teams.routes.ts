import { defineRoute } from '@mainstay/http';
import type { Auth } from '../create-auth.ts';
import {
  NewTeam,
  NewTeamInvitation,
  Team,
  TeamInvitation,
  TeamInvitationParams,
  TeamInvitations,
  TeamInvitationToken,
  TeamMemberBody,
  TeamMemberPage,
  TeamMemberParams,
  TeamPage,
  TeamParams,
  TeamPatch,
  TeamQuery,
} from './teams.schema.ts';

/** Users need a role in the team for what they do; servers need none. */
const USER = { access: 'user' } as const;

/** Teams, their members and their invitations. */
export function teamsRoutes(auth: Auth) {
  return [...ownRoutes(auth), ...memberRoutes(auth), ...invitationRoutes(auth)];
}

function ownRoutes({ teams }: Auth) {
  return [
    defineRoute({
      ...USER,
      method: 'get',
      path: '/teams',
      summary: 'List the own teams; for servers, all',
      query: TeamQuery,
      status: 200,
      response: TeamPage,
      handle: (context, { query }) => teams.list(context, query),
    }),
    defineRoute({
      ...USER,
      method: 'post',
      path: '/teams',
      summary: 'Create a team',
      body: NewTeam,
      status: 201,
      response: Team,
      handle: (context, { body }) => teams.create(context, body),
    }),
    defineRoute({
      ...USER,
      method: 'get',
      path: '/teams/:id',
      summary: 'Get a team',
      params: TeamParams,
      status: 200,
      response: Team,
      handle: (context, { params }) => teams.get(context, params.id),
    }),
    defineRoute({
      ...USER,
      method: 'patch',
      path: '/teams/:id',
      summary: 'Change a team',
      params: TeamParams,
      body: TeamPatch,
      status: 200,
      response: Team,
      handle: (context, { params, body }) => teams.change(context, params.id, body),
    }),
    defineRoute({
      ...USER,
      method: 'delete',
      path: '/teams/:id',
      summary: 'Delete a team',
      params: TeamParams,
      status: 204,
      handle: (context, { params }) => teams.delete(context, params.id),
    }),
  ];
}

function memberRoutes({ teams }: Auth) {
  return [
    defineRoute({
      ...USER,
      method: 'get',
      path: '/teams/:id/members',
      summary: 'List the members of a team',
      params: TeamParams,
      query: TeamQuery,
      status: 200,
      response: TeamMemberPage,
      handle: (context, { params, query }) => teams.members(context, params.id, query),
    }),
    defineRoute({
      access: 'server',
      method: 'put',
      path: '/teams/:id/members/:userId',
      summary: 'Put a user into a team',
      params: TeamMemberParams,
      body: TeamMemberBody,
      status: 204,
      handle: (context, { params, body }) => teams.add(context, { ...params, ...body }),
    }),
    defineRoute({
      ...USER,
      method: 'patch',
      path: '/teams/:id/members/:userId',
      summary: "Change a member's role",
      params: TeamMemberParams,
      body: TeamMemberBody,
      status: 204,
      handle: (context, { params, body }) => teams.changeRole(context, { ...params, ...body }),
    }),
    defineRoute({
      ...USER,
      method: 'delete',
      path: '/teams/:id/members/:userId',
      summary: 'Take a member out of a team, or leave it',
      params: TeamMemberParams,
      status: 204,
      handle: (context, { params }) => teams.remove(context, params),
    }),
  ];
}

function invitationRoutes({ invitations }: Auth) {
  return [
    defineRoute({
      ...USER,
      method: 'get',
      path: '/teams/:id/invitations',
      summary: 'List the invitations of a team',
      params: TeamParams,
      status: 200,
      response: TeamInvitations,
      handle: async (context, { params }) => ({ items: await invitations.list(context, params.id) }),
    }),
    defineRoute({
      ...USER,
      method: 'post',
      path: '/teams/:id/invitations',
      summary: 'Invite somebody to a team',
      params: TeamParams,
      body: NewTeamInvitation,
      status: 201,
      response: TeamInvitation,
      handle: (context, { params, body, ip }) => invitations.invite(context, params.id, { ...body, ip }),
    }),
    defineRoute({
      ...USER,
      method: 'delete',
      path: '/teams/:id/invitations/:invitationId',
      summary: 'Withdraw an invitation',
      params: TeamInvitationParams,
      status: 204,
      handle: (context, { params }) => invitations.withdraw(context, params.id, params.invitationId),
    }),
    defineRoute({
      ...USER,
      method: 'post',
      path: '/auth/teams/accept',
      summary: 'Accept an invitation',
      body: TeamInvitationToken,
      status: 200,
      response: Team,
      handle: (context, { body }) => invitations.accept(context, body.token),
    }),
  ];
}
