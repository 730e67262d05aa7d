import { compileFilter } from '@mainstay/conditions';
import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { rulesApplyTo } from '@mainstay/kernel';
import { stringify } from 'csv-stringify/sync';
import type { Collections } from '../collections/collections.service.ts';
import { parseWhere, parseWhereText } from '../documents/parse-where.ts';
import { splitList } from '../documents/split-list.ts';
import type { WireDocument } from '../documents/to-wire.ts';
import { toWire, viewOf } from '../documents/to-wire.ts';
import { authorize, both, storedPath } from '../rules/authorize.ts';
import { isFormula } from './is-formula.ts';
import type { ExportQuery } from './transfer.schema.ts';

const PAGE = 500;

/** Writes collections out, page by page in the order of their ids: memory stays flat however large they are. */
export function createExports({ store }: Frame, collections: Collections) {
  async function* pagesOf(context: ProjectContext, name: string, query: ExportQuery): AsyncGenerator<WireDocument[]> {
    const collection = await collections.compiled(context, name);
    const isClient = rulesApplyTo(context.principal);
    const where = compileFilter(parseWhere(collection, parseWhereText(query.where), isClient), {}, { storedPath });
    const filter = both(where, authorize(collection, 'list', context.principal).filter);
    const view = viewOf(collection, isClient, splitList(query.fields));
    let after = '';
    for (;;) {
      const page = both(filter, { $and: [{ _id: { $gt: after } }] });
      const found = await store.documents(context, name).find({ filter: page, sort: [['_id', 1]], limit: PAGE });
      if (found.length > 0) yield found.map((document) => toWire(document, view));
      if (found.length < PAGE) return;
      after = found.at(-1)?._id ?? after;
    }
  }

  return {
    /** The text of an export, in parts. @throws collectionNotFound, invalidInput before the first part */
    async *write(context: ProjectContext, name: string, query: ExportQuery): AsyncGenerator<string> {
      const collection = await collections.compiled(context, name);
      const pages = pagesOf(context, name, query);
      if (query.format === 'csv') {
        const columns = ['id', ...(splitList(query.fields) ?? collection.fields.keys()), 'createdAt', 'updatedAt', 'version'];
        yield stringify([columns]);
        for await (const page of pages) yield stringify(page.map((document) => columns.map((column) => cellOf(document[column]))));
      } else if (query.format === 'json') {
        let separator = '[';
        for await (const page of pages) {
          yield separator + page.map((document) => JSON.stringify(document)).join(',');
          separator = ',';
        }
        yield separator === '[' ? '[]' : ']';
      } else for await (const page of pages) yield page.map((document) => `${JSON.stringify(document)}\n`).join('');
    },
  };
}
export type Exports = ReturnType<typeof createExports>;

/** One cell; a text that a spreadsheet would run gets an apostrophe in front. */
function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') return JSON.stringify(value);
  const text = String(value as string | number | boolean);
  return typeof value === 'string' && isFormula(text) ? `'${text}` : text;
}
