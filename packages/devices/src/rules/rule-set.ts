import { createHash } from 'node:crypto';
import { compilePredicate, parseConditionInput } from '@mainstay/conditions';
import type { Predicate } from '@mainstay/conditions';
import type { DevicePrincipal } from '@mainstay/kernel';
import type { TimedSample } from '../telemetry/sample-rows.ts';
import type { DeviceActionRow, DeviceRuleRow } from './rules.model.ts';
import type { DeviceRuleAction } from './rules.schema.ts';

interface CompiledRule {
  readonly row: DeviceRuleRow;
  readonly isMet: Predicate;
  /** JSON text of each action. */
  readonly actions: readonly string[];
}

/** The enabled rules of a project, compiled once for all messages until one of them changes. */
export class RuleSet {
  readonly #rules: readonly CompiledRule[];

  constructor(rows: readonly DeviceRuleRow[]) {
    this.#rules = rows.map((row) => ({
      row,
      isMet: compilePredicate(parseConditionInput(JSON.parse(row.when), { variables: [] })),
      actions: (JSON.parse(row.do) as DeviceRuleAction[]).map((action) => JSON.stringify(action)),
    }));
  }

  /** What the samples ask for, as rows of the work list; mostly nothing. */
  hits(device: DevicePrincipal, samples: readonly TimedSample[], now: number): DeviceActionRow[] {
    const { id, name, profile } = device;
    const concerned = this.#rules.filter(({ row: { on } }) => (on.device ?? id) === id && (on.profile ?? profile) === profile);
    if (concerned.length === 0) return [];
    return samples.flatMap((sample) => {
      const values = Object.fromEntries(sample.values);
      const seen = { ...values, device: { id, name, profile } };
      return concerned
        .filter(({ isMet }) => isMet(seen))
        .flatMap(({ row, actions }) =>
          actions.map((action, position) => ({
            id: hashOf(`${row.id} ${row.version} ${sample.row.id} ${position}`),
            rule: row.id,
            device: seen.device,
            at: new Date(sample.at),
            values: JSON.stringify(values),
            action,
            state: 'waiting' as const,
            attempts: 0,
            dueAt: new Date(now),
            createdAt: new Date(now),
          })),
        );
    });
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
