import type { Condition } from '@mainstay/conditions';
import { compilePredicate, ConditionError, parseConditionInput } from '@mainstay/conditions';
import type { ProblemIssue, ProjectContext } from '@mainstay/kernel';
import { invalidInput, LoadingCache, rulesApplyTo } from '@mainstay/kernel';
import { variablesOfPrincipal } from '@mainstay/data';
import type { Store } from '@mainstay/store';
import { ChannelRulesKind } from './channels.model.ts';
import { channelDenied } from './channels.problems.ts';
import type { ChannelRule, ChannelRules } from './channels.schema.ts';
import { matchPattern } from './match-pattern.ts';

type Test = ((document: object, context: ProjectContext) => boolean) | null;
interface CompiledRule {
  readonly pattern: string;
  readonly join: Test;
  readonly send: Test;
}

const ROW = 'channels';
const TOPIC = 'channels';
/** A missed invalidation matters for at most this long. */
const CACHE = { maxEntries: 10_000, maxAgeMs: 30_000 };
const VARIABLES = ['user', 'device', 'request'];

/** Who may do what in which channel of a project. Without a rule only servers may do anything. */
export function createChannelRules(store: Store) {
  const compiled = new LoadingCache<readonly CompiledRule[]>(CACHE);
  store.signals.onInvalidate(TOPIC, (key) => compiled.invalidate(key));

  async function read(context: ProjectContext): Promise<ChannelRules> {
    const row = await store.kind(context, ChannelRulesKind).get(ROW);
    return { rules: [...(row?.rules ?? [])] };
  }

  return {
    read,

    /** @throws invalidInput that names each rule that is not a condition, or names its parts twice */
    async write(context: ProjectContext, { rules }: ChannelRules): Promise<ChannelRules> {
      compileRules(rules);
      await store.kind(context, ChannelRulesKind).update({ id: ROW }, { $set: { rules } }, { upsert: true });
      store.signals.invalidate(TOPIC, context.project.id);
      return read(context);
    },

    /** @throws channelDenied */
    async check(context: ProjectContext, action: 'join' | 'send', channel: string): Promise<void> {
      if (!rulesApplyTo(context.principal)) return;
      const rules = await compiled.get(context.project.id, async () => compileRules((await read(context)).rules));
      for (const rule of rules) {
        const parts = matchPattern(rule.pattern, channel);
        if (parts === null) continue;
        if (rule[action]?.({ ...parts, channel }, context) === true) return;
        break;
      }
      throw channelDenied({ action });
    },

    /** Calls when a project's rules changed, after they were forgotten here. */
    onChange(listener: (project: string) => void): void {
      store.signals.onInvalidate(TOPIC, listener);
    },
  };
}
export type ChannelRuleBook = ReturnType<typeof createChannelRules>;

function compileRules(rules: readonly ChannelRule[]): CompiledRule[] {
  const issues: ProblemIssue[] = [];
  const made = rules.map(({ pattern, join, send }, position) => {
    const names = [...pattern.matchAll(/\{([A-Za-z0-9]+)\}/g)].map(([, name = '']) => name);
    const path = `rules.${position}`;
    if (new Set([...names, 'channel']).size !== names.length + 1)
      issues.push({ path: `${path}.pattern`, code: 'invalid_pattern', message: 'Give every part a name of its own, other than channel.' });
    const compile = (rule: unknown, key: string): Test => compileRule(rule, { path: `${path}.${key}`, issues });
    return { pattern, join: compile(join, 'join'), send: compile(send, 'send') };
  });
  if (issues.length > 0) throw invalidInput(undefined, { issues });
  return made;
}

function compileRule(rule: unknown, { path, issues }: { path: string; issues: ProblemIssue[] }): Test {
  if (rule === null) return null;
  try {
    const condition: Condition = parseConditionInput(rule, { variables: VARIABLES, open: true });
    const predicate = compilePredicate(condition);
    return (document, { principal }) => predicate(document, variablesOfPrincipal(principal));
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    issues.push({ path: [path, error.path].filter(Boolean).join('.'), code: error.code, message: error.message });
    return null;
  }
}
