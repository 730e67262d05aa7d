import type { Step } from './page.ts';
import type { PageProblem } from './page-api.ts';

/** The step that a refusal asks for; null where it is only a refusal. */
export function stepAfter({ code, secondFactor }: PageProblem): Step | null {
  if (code === 'second_step_invalid') return { view: 'sign-in', warning: 'factorExpired' };
  if (secondFactor === null) return null;
  const { token, methods } = secondFactor;
  if (code === 'second_factor_enrolment_needed') return { view: 'enrol', token, methods };
  return { view: 'second-factor', factor: secondFactor, method: methods[0] ?? 'totp' };
}
