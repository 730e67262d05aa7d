import { defineProblem } from '@mainstay/kernel';

export const syncTokenInvalid = defineProblem({
  code: 'sync_token_invalid',
  status: 400,
  title: 'Sync token not valid',
  detail: () => 'Send `next` of your last answer unchanged, as the same caller and with the same collections, or leave `since` out.',
});
