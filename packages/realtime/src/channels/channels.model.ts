import { defineKind } from '@mainstay/store';
import type { ChannelRule } from './channels.schema.ts';

/** A project's channel rules: one row, `channels`. */
export interface ChannelRulesRow {
  readonly id: string;
  readonly rules: readonly ChannelRule[];
}

export const ChannelRulesKind = defineKind<ChannelRulesRow>({ name: 'channelRules' });
