import { defineProblem } from '@mainstay/kernel';

export const mailNotFound = defineProblem({
  code: 'mail_not_found',
  status: 404,
  title: 'Mail not found',
  detail: () => 'There is no such mail.',
});
export const mailAddressRefused = defineProblem({
  code: 'mail_address_refused',
  status: 422,
  title: 'Address refused',
  detail: () => 'Mails go to one plain address such as ada@example.com.',
});
export const smtpHostRefused = defineProblem({
  code: 'smtp_host_refused',
  status: 422,
  title: 'SMTP server refused',
  detail: () => 'The SMTP server must have a public address.',
});
