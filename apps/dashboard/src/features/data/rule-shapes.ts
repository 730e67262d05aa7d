import type { Field, Operation, Rule } from './data-shapes.ts';

/** What rules are about. */
export interface RuleSubject {
  readonly mode: 'open' | 'closed' | undefined;
  readonly fields: Readonly<Record<string, Field>>;
}

/** What is wrong with a rule, and where in its text or its JSON. */
export interface RuleIssue {
  readonly code: string;
  readonly message: string;
  readonly path: string;
  readonly place: { readonly start: number; readonly end: number } | null;
}

/** A rule as text, as JSON and in words. */
export interface RuleView {
  readonly cel: string | null;
  readonly json: Rule;
  readonly sentence: string;
  readonly issues: readonly RuleIssue[];
}

export type RuleViews = Readonly<Partial<Record<Operation, RuleView>>>;

/** Why a condition holds or not, part by part. */
export interface RuleExplanation {
  readonly sentence: string;
  readonly holds: boolean;
  readonly missing?: readonly string[];
  readonly found?: unknown;
  readonly parts: readonly RuleExplanation[];
}

/** What the rule tester answers. */
export interface RuleVerdict {
  readonly allowed: boolean;
  readonly sentence: string;
  readonly fields: Readonly<Record<string, { readonly readable: boolean; readonly writable: boolean }>>;
  readonly explanation: RuleExplanation | null;
}
