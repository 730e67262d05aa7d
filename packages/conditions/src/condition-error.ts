/** Why a condition was refused. Stable: callers map them to problems and document them. */
export type ConditionErrorCode =
  | 'invalid_condition'
  | 'unknown_operator'
  | 'forbidden_operator'
  | 'invalid_operand'
  | 'invalid_path'
  | 'invalid_value'
  | 'invalid_pattern'
  | 'unknown_variable'
  | 'condition_too_deep'
  | 'condition_too_large'
  | 'list_too_long';

/** A condition that can't be used: what (`code`), where in its JSON (`path`, dotted, '' for the whole) and what to do about it (`message`). */
export class ConditionError extends Error {
  readonly code: ConditionErrorCode;
  readonly path: string;

  constructor(code: ConditionErrorCode, path: string, message: string) {
    super(message);
    this.name = 'ConditionError';
    this.code = code;
    this.path = path;
  }
}
