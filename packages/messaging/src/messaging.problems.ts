import { defineProblem } from '@mainstay/kernel';

export const audienceInvalid = defineProblem<{ reason: string }>({
  code: 'audience_invalid',
  status: 422,
  title: 'Audience not valid',
  detail: ({ reason }) => `The audience is not a condition over installations: ${reason}`,
});
export const endpointRefused = defineProblem({
  code: 'endpoint_refused',
  status: 422,
  title: 'Push endpoint refused',
  detail: () => 'A push endpoint is an https URL of a public push service.',
});
export const installationOfAnother = defineProblem({
  code: 'installation_of_another',
  status: 403,
  title: 'Installation of another user',
  detail: () =>
    'This installation, or this push address, is registered by another user. Register under a new id, with an address of this device.',
});
export const messageNotFound = defineProblem({
  code: 'message_not_found',
  status: 404,
  title: 'Message not found',
  detail: () => 'There is no such message.',
});
export const messageTooLarge = defineProblem<{ bytes: number; maxBytes: number }>({
  code: 'message_too_large',
  status: 422,
  title: 'Message too large',
  detail: ({ bytes, maxBytes }) => `The notification with its data has ${bytes} bytes as JSON; push services take ${maxBytes}.`,
});
export const registrationContested = defineProblem({
  code: 'registration_contested',
  status: 409,
  title: 'Registration contested',
  detail: () => 'Other installations register the same push endpoint or token at this moment. Try again.',
});
