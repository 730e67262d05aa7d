import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { invalidInput, LoadingCache } from '@mainstay/kernel';
import { TemplateKind } from '../mail.model.ts';
import type { MailTemplate, TemplateName, TemplateParts } from '../mail.schema.ts';
import { TEMPLATE_NAMES } from '../mail.schema.ts';
import { DEFAULT_LOCALES, defaultTemplate, variablesFor } from './default-templates.ts';
import type { TemplateValues } from './render-template.ts';
import { renderTemplate, variablesOf } from './render-template.ts';

const CACHE = { maxEntries: 5_000, maxAgeMs: 30_000 };
const TOPIC = 'mail-templates';
const MAX_TEMPLATES = 500;

type Named = { readonly name: TemplateName; readonly locale: string };

/** What the mails of a project say: its own templates, and ours where it has none. */
export function createTemplates({ store }: Frame) {
  const known = new LoadingCache<ReadonlyMap<string, TemplateParts>>(CACHE);
  store.signals.onInvalidate(TOPIC, (key) => known.invalidate(key));
  const rowsOf = (context: ProjectContext) => store.kind(context, TemplateKind);

  const ownOf = (context: ProjectContext): Promise<ReadonlyMap<string, TemplateParts>> =>
    known.get(context.project.id, async () => {
      const rows = await rowsOf(context).find({}, { limit: MAX_TEMPLATES });
      return new Map(rows.map(({ id, subject, text, html }) => [id, { subject, text, html }]));
    });

  /** The template in the locale, or in its language, or in English. */
  async function find(context: ProjectContext, { name, locale }: Named): Promise<MailTemplate> {
    const own = await ownOf(context);
    for (const one of new Set([locale, locale.split('-')[0] ?? 'en', 'en'])) {
      const parts = own.get(`${name}:${one}`) ?? defaultTemplate(name, one);
      if (parts !== null && parts !== undefined) {
        return { name, locale: one, ...parts, isOwn: own.has(`${name}:${one}`), variables: [...variablesFor(name)] };
      }
    }
    throw new Error(`our own template ${name} is missing`);
  }

  function checkVariables(name: TemplateName, parts: TemplateParts): void {
    const allowed = variablesFor(name);
    const issues = variablesOf(parts)
      .filter((variable) => !allowed.includes(variable))
      .map((variable) => ({
        path: 'html',
        code: 'unknown_variable',
        message: `"${variable}" is no variable of ${name}. Use ${allowed.join(', ')}.`,
      }));
    if (issues.length > 0) throw invalidInput(undefined, { issues });
  }

  return {
    find,

    /** Every template in every locale that there is. */
    async list(context: ProjectContext): Promise<MailTemplate[]> {
      const own = await ownOf(context);
      const locales = [...new Set([...DEFAULT_LOCALES, ...[...own.keys()].map((id) => id.split(':')[1] ?? 'en')])];
      const named = TEMPLATE_NAMES.flatMap((name) => locales.map((locale) => ({ name, locale })));
      const existing = named.filter(({ name, locale }) => own.has(`${name}:${locale}`) || defaultTemplate(name, locale) !== null);
      return Promise.all(existing.map((one) => find(context, one)));
    },

    /** @throws invalidInput for a variable that this mail does not have, or for too many templates */
    async put(context: ProjectContext, { name, locale }: Named, parts: TemplateParts): Promise<MailTemplate> {
      checkVariables(name, parts);
      const id = `${name}:${locale}`;
      const own = await ownOf(context);
      if (!own.has(id) && own.size >= MAX_TEMPLATES) {
        throw invalidInput(undefined, { issues: [{ path: 'locale', code: 'too_many', message: `At most ${MAX_TEMPLATES} templates.` }] });
      }
      await rowsOf(context).update({ id }, { $set: { ...parts } }, { upsert: true });
      store.signals.invalidate(TOPIC, context.project.id);
      return find(context, { name, locale });
    },

    /** Back to ours. */
    async remove(context: ProjectContext, { name, locale }: Named): Promise<void> {
      await rowsOf(context).delete({ id: `${name}:${locale}` });
      store.signals.invalidate(TOPIC, context.project.id);
    },

    /** How the parts look with example values. @throws invalidInput */
    preview(context: ProjectContext, name: TemplateName, parts: TemplateParts): TemplateParts {
      checkVariables(name, parts);
      return renderTemplate(parts, exampleValues(context.project.name));
    },
  };
}
export type Templates = ReturnType<typeof createTemplates>;

/** Values for previews and test mails. */
export function exampleValues(app: string): TemplateValues {
  return {
    app,
    email: 'ada@example.com',
    link: 'https://example.com/#token=example',
    code: '123456',
    minutes: '60',
    inviter: 'Ada',
    organization: 'Analytical Engines',
  };
}
