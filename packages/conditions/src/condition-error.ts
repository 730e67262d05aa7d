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
  | 'list_too_long'
  | 'invalid_shape'
  | 'invalid_text'
  | 'unknown_field'
  | 'wrong_type'
  | 'not_translatable'
  | 'not_allowed_here'
  | 'unresolved_query';

/** Where in the text of a condition the fault is, counted in characters from 0, and the line with a caret below it. */
export interface ConditionErrorPlace {
  readonly start: number;
  readonly end: number;
  readonly excerpt: string;
}

/** A condition that can't be used: what (`code`), where in its JSON (`path`, dotted, '' for the whole) and what to do about it (`message`). */
export class ConditionError extends Error {
  readonly code: ConditionErrorCode;
  readonly path: string;
  /** Only of conditions that were written as text. */
  readonly place: ConditionErrorPlace | undefined;

  constructor(code: ConditionErrorCode, where: string | ConditionErrorPlace, message: string) {
    super(message);
    this.name = 'ConditionError';
    this.code = code;
    this.path = typeof where === 'string' ? where : '';
    this.place = typeof where === 'string' ? undefined : where;
  }
}
