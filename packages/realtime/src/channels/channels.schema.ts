import { Rule } from '@mainstay/data/schema';
import { z } from 'zod';

const MAX_RULES = 100;

/** `chat/{room}` or `news:*`: a name in braces is one part of the channel's name, `*` at the end is the rest. */
const Pattern = z
  .string()
  .max(128)
  .regex(
    /^(?:[A-Za-z0-9_.:/-]|\{[a-z][A-Za-z0-9]{0,31}\}(?=[:/]|$))+\*?$|^\*$/,
    'Use letters, digits and _ . : / -, {name} for one part, and * at the end.',
  );

/** Who may come into the channels of a pattern, and who may send there: conditions over `channel`, its parts, `user`, `device`. */
export const ChannelRule = z
  .strictObject({ pattern: Pattern, join: Rule.default(null), send: Rule.default(null) })
  .meta({ id: 'ChannelRule' });
export type ChannelRule = z.infer<typeof ChannelRule>;

/** The project's channels. The first pattern that fits a channel decides; where none does, only servers may do anything. */
export const ChannelRules = z.strictObject({ rules: z.array(ChannelRule).max(MAX_RULES) }).meta({ id: 'ChannelRules' });
export type ChannelRules = z.infer<typeof ChannelRules>;
