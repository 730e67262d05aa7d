import { ConditionError, parseConditionInput } from '@mainstay/conditions';
import type { Frame } from '@mainstay/host';
import type { DevicePrincipal, ProjectContext, ProjectId } from '@mainstay/kernel';
import { createId, LoadingCache } from '@mainstay/kernel';
import { DuplicateKeyError, pageOf } from '@mainstay/store';
import type { TimedSample } from '../telemetry/sample-rows.ts';
import { RuleSet } from './rule-set.ts';
import type { DeviceActionRow, DeviceRuleRow } from './rules.model.ts';
import { DeviceActionKind, DeviceRuleKind } from './rules.model.ts';
import { deviceRuleConditionInvalid, deviceRuleNameTaken, deviceRuleNotFound } from './rules.problems.ts';
import type { DeviceRule, DeviceRuleAction, DeviceRulePage, DeviceRulePatch, ListDeviceRulesQuery, NewDeviceRule } from './rules.schema.ts';

export const RUN_DEVICE_ACTIONS = 'run-device-actions';
const RULES_CHANGED = 'device-rules';
const MAX_SETS = 10_000;
/** How long a change that Redis did not carry to this process can go unnoticed. */
const SET_AGE_MS = 15_000;
/** The mark in MongoDB that a project has actions is renewed this often; the ticket through Redis follows by itself. */
const MARK_EVERY_MS = 4_000;
/** Actions of many messages share a ticket. */
const TICKET_DELAY_MS = 50;
const MAX_ENABLED = 1_000;

/** Rules over telemetry. They are met on the way in; what they ask for is stored before the message is acknowledged. */
export function createRulesService({ store, jobs, clock }: Pick<Frame, 'store' | 'jobs' | 'clock'>) {
  const sets = new LoadingCache<RuleSet>({ maxEntries: MAX_SETS, maxAgeMs: SET_AGE_MS });
  const markedAt = new Map<ProjectId, number>();
  const asking = new Map<ProjectId, NodeJS.Timeout>();
  const rows = (context: ProjectContext) => store.kind(context, DeviceRuleKind);
  store.signals.onInvalidate(RULES_CHANGED, (project) => sets.invalidate(project));

  const changed = (context: ProjectContext): void => store.signals.invalidate(RULES_CHANGED, context.project.id);

  const load = async (context: ProjectContext): Promise<RuleSet> =>
    new RuleSet(await rows(context).find({ enabled: true }, { sort: { createdAt: 1 }, limit: MAX_ENABLED }));

  /** The mark is what must be there before the acknowledgement; Redis is asked afterwards, for all hits of a moment at once. */
  async function ask(context: ProjectContext): Promise<void> {
    const { id } = context.project;
    const now = clock.now();
    if (now - (markedAt.get(id) ?? 0) > MARK_EVERY_MS) {
      await store.tickets.mark(RUN_DEVICE_ACTIONS, id, new Date(now));
      markedAt.set(id, now);
    }
    if (asking.has(id)) return;
    const timer = setTimeout(() => {
      asking.delete(id);
      jobs
        .ticket(context, RUN_DEVICE_ACTIONS)
        .catch((error: unknown) => context.log.warn({ err: error }, 'the ticket will be made again by the sweeper'));
    }, TICKET_DELAY_MS);
    asking.set(id, timer);
  }

  return {
    /** What the samples of a device ask for. Without a promise while the rules are known. */
    hits(
      context: ProjectContext,
      device: DevicePrincipal,
      samples: readonly TimedSample[],
    ): DeviceActionRow[] | Promise<DeviceActionRow[]> {
      const known = sets.peek(context.project.id);
      if (known !== undefined) return known.hits(device, samples, clock.now());
      return sets.get(context.project.id, () => load(context)).then((set) => set.hits(device, samples, clock.now()));
    },

    /** Puts actions into the work list. The same action twice is there once. */
    async act(context: ProjectContext, actions: readonly DeviceActionRow[]): Promise<void> {
      if (actions.length === 0) return;
      await Promise.all(actions.map((action) => insertOnce(store.kind(context, DeviceActionKind).insert(action))));
      await ask(context);
    },

    async list(context: ProjectContext, { limit, cursor }: ListDeviceRulesQuery): Promise<DeviceRulePage> {
      const page = await pageOf(rows(context), { filter: {}, sort: ['createdAt', -1], limit, cursor });
      return { ...page, items: page.items.map(present) };
    },

    /** @throws deviceRuleNotFound */
    async get(context: ProjectContext, id: string): Promise<DeviceRule> {
      const row = await rows(context).get(id);
      if (row === null) throw deviceRuleNotFound({ id });
      return present(row);
    },

    /** @throws deviceRuleConditionInvalid, deviceRuleNameTaken */
    async create(context: ProjectContext, rule: NewDeviceRule, id = createId()): Promise<DeviceRule> {
      checkConditions(rule);
      const now = new Date(clock.now());
      const row: DeviceRuleRow = {
        ...rule,
        id,
        when: JSON.stringify(rule.when),
        do: JSON.stringify(rule.do),
        version: 1,
        createdAt: now,
        updatedAt: now,
      };
      await uniquely(rule.name, rows(context).insert(row));
      changed(context);
      return present(row);
    },

    /** @throws deviceRuleNotFound, deviceRuleConditionInvalid, deviceRuleNameTaken */
    async update(context: ProjectContext, id: string, patch: DeviceRulePatch): Promise<DeviceRule> {
      checkConditions(patch);
      const { when, do: actions, ...rest } = patch;
      const $set = {
        ...rest,
        ...(when === undefined ? {} : { when: JSON.stringify(when) }),
        ...(actions === undefined ? {} : { do: JSON.stringify(actions) }),
        updatedAt: new Date(clock.now()),
      };
      const row = await uniquely(patch.name ?? '', rows(context).findOneAndUpdate({ id }, { $set, $inc: { version: 1 } }));
      if (row === null) throw deviceRuleNotFound({ id });
      changed(context);
      return present(row);
    },

    /** @throws deviceRuleNotFound */
    async delete(context: ProjectContext, id: string): Promise<void> {
      if ((await rows(context).delete({ id })) === 0) throw deviceRuleNotFound({ id });
      changed(context);
    },

    /** Lets go of the timers. */
    stop(): void {
      for (const timer of asking.values()) clearTimeout(timer);
      asking.clear();
    },
  };
}

export type RulesService = ReturnType<typeof createRulesService>;

async function insertOnce(inserting: Promise<void>): Promise<void> {
  try {
    await inserting;
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
  }
}

async function uniquely<T>(name: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    throw error instanceof DuplicateKeyError ? deviceRuleNameTaken({ name }) : error;
  }
}

function checkConditions(rule: DeviceRulePatch): void {
  if (rule.when !== undefined) checkCondition(rule.when, 'when');
  rule.do?.forEach((action, position) => {
    if (action.type === 'push') checkCondition(action.audience, `do.${position}.audience`);
  });
}

function checkCondition(condition: unknown, path: string): void {
  try {
    parseConditionInput(condition, { variables: [] });
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    const place = error.path === '' ? path : `${path}.${error.path}`;
    throw deviceRuleConditionInvalid(undefined, { issues: [{ path: place, code: error.code, message: error.message }] });
  }
}

function present({ when, do: actions, createdAt, updatedAt, ...rest }: DeviceRuleRow): DeviceRule {
  return {
    ...rest,
    when: JSON.parse(when) as DeviceRule['when'],
    do: JSON.parse(actions) as DeviceRuleAction[],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
