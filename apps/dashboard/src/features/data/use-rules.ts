import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { parseJsonText } from '../../design/json-text.ts';
import { useProjectApi } from '../../shell/project.ts';
import type { Operation, Rule } from './data-shapes.ts';
import { OPERATIONS } from './data-shapes.ts';
import type { RuleSubject, RuleVerdict, RuleViews } from './rule-shapes.ts';

const PAUSE_MS = 300;

/** Rules in their other forms, with what is wrong with them. Undefined until the server has looked, and for those that are no JSON. */
export function useRuleViews(rules: Readonly<Record<Operation, string>>, { mode = 'closed', fields }: RuleSubject): RuleViews | undefined {
  const api = useProjectApi();
  const parsed = OPERATIONS.flatMap((operation) => {
    const rule = parseJsonText(rules[operation]);
    return rule.ok ? [[operation, rule.value]] : [];
  });
  const [body] = useDebouncedValue(JSON.stringify({ mode, fields, rules: Object.fromEntries(parsed) as unknown }), PAUSE_MS);
  const { data } = useQuery({
    queryKey: [api.base, '/rule-views', body],
    queryFn: () => api.post<{ rules: RuleViews }>('/rule-views', JSON.parse(body)),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  });
  return data?.rules;
}

export interface RuleQuestion {
  readonly collection: string;
  readonly operation: Operation;
  readonly principal: unknown;
  /** The rule as it is being written. */
  readonly rule?: Rule;
  readonly document?: unknown;
  readonly previous?: unknown;
  /** Of a stored document; what `document` leaves out is as stored. */
  readonly id?: string;
}

/** Asks the server whether somebody may do something, and why. */
export function useRuleTest() {
  const api = useProjectApi();
  return useMutation({
    mutationFn: ({ collection, ...question }: RuleQuestion) =>
      api.post<RuleVerdict>(`/schema/${encodeURIComponent(collection)}/rules/test`, question),
    meta: { isErrorShown: true },
  });
}
