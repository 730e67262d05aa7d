import type { CollectionIndex } from './data-shapes.ts';

const ORDERS = { 1: 'up', [-1]: 'down', text: 'words', '2dsphere': 'places' } as const;

/** The fields of an index: `owner, createdAt down`. */
export function indexFieldsText({ fields }: Pick<CollectionIndex, 'fields'>): string {
  return fields.map(([name, order]) => (order === 1 ? name : `${name} ${ORDERS[order]}`)).join(', ');
}

/** An index in one line, with what is special about it. */
export function indexText(index: CollectionIndex): string {
  return [indexFieldsText(index), ...indexTraits(index)].join(' · ');
}

/** What is special about an index, in a few words each. */
export function indexTraits({ unique, where, expireAfterSeconds }: CollectionIndex): readonly string[] {
  return [
    ...(unique === true ? ['unique'] : []),
    ...(where === undefined ? [] : [`where ${typeof where === 'string' ? where : JSON.stringify(where)}`]),
    ...(expireAfterSeconds === undefined ? [] : [`documents expire ${expireAfterSeconds.toLocaleString('en')} s after`]),
  ];
}
