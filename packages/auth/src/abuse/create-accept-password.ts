import type { ProjectContext } from '@mainstay/kernel';
import { checkPasswordRules, hashPassword, isCommonPassword, passwordUnacceptable } from '@mainstay/passwords';
import type { Policies } from '../policy/policy.service.ts';

/** The hash of a password that the project takes. @throws passwordUnacceptable, serviceUnavailable */
export type AcceptPassword = (context: ProjectContext, password: string) => Promise<string>;

/** Checks new passwords against the rules and, where the project wants it, against those that everybody tries first. */
export function createAcceptPassword(policies: Policies): AcceptPassword {
  return async (context, password) => {
    checkPasswordRules(password);
    const { refusesCommonPasswords } = await policies.get(context);
    if (refusesCommonPasswords && isCommonPassword(password)) {
      throw passwordUnacceptable({ reason: 'This password is among those that are tried first. Choose another one.' });
    }
    return hashPassword(password);
  };
}
