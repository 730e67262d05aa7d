import { defineProblem } from '@mainstay/kernel';

export const malformedJson = defineProblem<{ reason: string }>({
  code: 'malformed_json',
  status: 400,
  title: 'Malformed JSON',
  detail: ({ reason }) => `The body is not valid JSON: ${reason}.`,
});

export const malformedRequest = defineProblem<{ reason: string }>({
  code: 'malformed_request',
  status: 400,
  title: 'Malformed request',
  detail: ({ reason }) => reason,
});

export const projectNotFound = defineProblem({
  code: 'project_not_found',
  status: 404,
  title: 'Project not found',
  detail: () => 'There is no such project, or this caller may not see it.',
});

export const unsupportedMediaType = defineProblem<{ expected: string }>({
  code: 'unsupported_media_type',
  status: 415,
  title: 'Unsupported media type',
  detail: ({ expected }) => `Send ${expected}.`,
});

export const bodyTooLarge = defineProblem<{ maxBytes: number }>({
  code: 'body_too_large',
  status: 413,
  title: 'Body too large',
  detail: ({ maxBytes }) => `The body may have at most ${maxBytes} bytes.`,
});

export const methodNotAllowed = defineProblem<{ allowed: readonly string[] }>({
  code: 'method_not_allowed',
  status: 405,
  title: 'Method not allowed',
  detail: ({ allowed }) => `Use one of: ${allowed.join(', ')}.`,
});

export const keyMissing = defineProblem({
  code: 'key_missing',
  status: 401,
  title: 'Key missing',
  detail: () => 'Send a key of this project in the header X-Mainstay-Key.',
});

export const serverAccessNeeded = defineProblem({
  code: 'server_access_needed',
  status: 403,
  title: 'Server access needed',
  detail: () => 'This needs a secret key, or a member of the project at the dashboard.',
});

export const userNeeded = defineProblem({
  code: 'user_needed',
  status: 401,
  title: 'Sign-in needed',
  detail: () => 'Sign a user in and send its session token as Authorization: Bearer.',
});

export const roleTooLow = defineProblem<{ needed: string }>({
  code: 'role_too_low',
  status: 403,
  title: 'Role too low',
  detail: ({ needed }) => `This needs the role ${needed} in the organization.`,
});

export const secretKeyInBrowser = defineProblem({
  code: 'secret_key_in_browser',
  status: 403,
  title: 'Secret key in a browser',
  detail: () => 'A secret key was sent with a browser Origin. Roll the key, and use the publishable key in apps.',
});

export const originNotAllowed = defineProblem({
  code: 'origin_not_allowed',
  status: 403,
  title: 'Origin not allowed',
  detail: () => 'The project does not list this browser origin. Add it in the project settings.',
});

export const csrfTokenWrong = defineProblem({
  code: 'csrf_token_wrong',
  status: 403,
  title: 'CSRF token wrong',
  detail: () => 'Send the csrfToken of GET /platform/v1/me in the header X-CSRF-Token, from the same origin.',
});

export const idempotencyKeyReused = defineProblem({
  code: 'idempotency_key_reused',
  status: 409,
  title: 'Idempotency key reused',
  detail: () => 'This Idempotency-Key was used for a different request in the last 24 hours. Use a new one.',
});

export const idempotencyInProgress = defineProblem({
  code: 'idempotency_in_progress',
  status: 409,
  title: 'Request in progress',
  detail: () => 'The request with this Idempotency-Key is still being worked on. Try again in a moment.',
});
export const idempotencyAnswerSealed = defineProblem({
  code: 'idempotency_answer_sealed',
  status: 409,
  title: 'Answer no longer readable',
  detail: () =>
    'The request with this Idempotency-Key was done, but the key that its answer was kept under has changed. Look at what it made.',
});
