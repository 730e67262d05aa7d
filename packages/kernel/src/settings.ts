import { z } from 'zod';

/** The settings of one module: a zod object whose fields carry a default and a sentence of description. */
export type SettingsSchema = z.ZodObject<Record<string, z.ZodType>>;

/** One line of the table of settings in the README. */
export interface SettingLine {
  readonly variable: string;
  readonly defaultValue: string;
  readonly description: string;
}

/** `requestBodyBytes` of module `http` is read from `MAINSTAY_HTTP_REQUEST_BODY_BYTES`; the module `server` has no infix. */
export function variableOf(module: string, field: string): string {
  const snake = field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  return module === 'server' ? `MAINSTAY_${snake}` : `MAINSTAY_${module.toUpperCase()}_${snake}`;
}

/** Everything wrong with the environment, told at once. */
export class SettingsError extends Error {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(`The configuration is not usable:\n${lines.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'SettingsError';
    this.lines = lines;
  }
}

/**
 * Reads the settings of every module from the environment.
 * @throws SettingsError that names every variable that is missing or wrong.
 */
export function readSettings<Schemas extends Record<string, SettingsSchema>>(
  schemas: Schemas,
  environment: Readonly<Record<string, string | undefined>>,
): { [Module in keyof Schemas]: z.infer<Schemas[Module]> } {
  const wrong: string[] = [];
  const out: Record<string, unknown> = {};
  for (const [module, schema] of Object.entries(schemas)) {
    const input: Record<string, string> = {};
    for (const field of Object.keys(schema.shape)) {
      const value = environment[variableOf(module, field)];
      if (value !== undefined && value !== '') input[field] = value;
    }
    const result = schema.safeParse(input);
    if (result.success) out[module] = result.data;
    else for (const issue of result.error.issues) wrong.push(`${variableOf(module, String(issue.path[0]))}: ${issue.message}`);
  }
  if (wrong.length > 0) throw new SettingsError(wrong);
  return out as { [Module in keyof Schemas]: z.infer<Schemas[Module]> };
}

/** The table of all settings, for the README and `mainstay doctor`. */
export function describeSettings(schemas: Record<string, SettingsSchema>): SettingLine[] {
  return Object.entries(schemas).flatMap(([module, schema]) =>
    Object.entries(schema.shape).map(([field, type]) => ({
      variable: variableOf(module, field),
      defaultValue: defaultOf(type),
      description: type.description ?? '',
    })),
  );
}

function defaultOf(type: z.ZodType): string {
  const result = type.safeParse(undefined);
  if (!result.success || result.data === undefined) return '';
  return typeof result.data === 'string' ? result.data : JSON.stringify(result.data);
}

/** A whole number from the environment with a default, at least `min`. */
export function wholeNumber(defaultValue: number, description: string, min = 0): z.ZodType<number> {
  return z.coerce.number().int().min(min).default(defaultValue).describe(description);
}

/** `true`/`false` from the environment with a default. */
export function yesOrNo(defaultValue: boolean, description: string): z.ZodType<boolean> {
  return z
    .enum(['true', 'false', '1', '0'])
    .transform((text) => text === 'true' || text === '1')
    .default(defaultValue)
    .describe(description);
}
