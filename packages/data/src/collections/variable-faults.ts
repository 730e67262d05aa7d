const REQUEST_VARIABLES = new Set(['request.now', 'request.time', 'request.operation']);
const HINT = 'There are user, device, request.now, request.time, request.operation; previous in update, document in create and update.';
const isResult = (half: string): boolean => half === 'create' || half === 'update';

/** What is wrong with the variables of a rule: those that could never have a value deny for ever. `half` is the operation, or the half of a field's rule. */
export function variableFaults(variables: readonly string[], half: string): string[] {
  return variables.filter((variable) => !isKnown(variable, half)).map((variable) => `${variable.slice(0, 64)} has no value here. ${HINT}`);
}

function isKnown(variable: string, half: string): boolean {
  const [root = ''] = variable.split('.');
  if (root === 'request') return REQUEST_VARIABLES.has(variable);
  return root === 'previous' ? half === 'update' : root !== 'document' || isResult(half);
}
