/** What a browser may import of the kernel: nothing here reaches a module of Node. */
export { Email } from './email.ts';
export { ACCOUNT_ROLES } from './principal.ts';
export type { AccountRole } from './principal.ts';
