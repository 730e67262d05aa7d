import type { MongoFilter } from '@mainstay/conditions';
import { compileFilter, ConditionError, parseCondition } from '@mainstay/conditions';
import { invalidInput } from '@mainstay/kernel';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { parseWhere, refuseHidden } from '../documents/parse-where.ts';
import { both, storedPath } from '../rules/authorize.ts';
import type { Growth } from './check-pipeline.ts';
import { checkExpression, isComputingStage } from './check-pipeline.ts';
import { aggregationTooLarge, stageNotAllowed } from './queries.problems.ts';

type Stage = Readonly<Record<string, unknown>>;

/** What a caller may read of one collection. */
export interface Readable {
  readonly collection: CompiledCollection;
  readonly isClient: boolean;
  /** The documents; null: all. */
  readonly filter: MongoFilter | null;
}

/** How a pipeline is built. */
export interface PipelineOptions {
  readonly maxStages: number;
  /** What the caller may read of the collection that a `$lookup` names. @throws ruleDenied, collectionNotFound */
  readonly readable: (collection: string) => Promise<Readable>;
}

/** What a `$lookup` may say. */
interface Lookup {
  readonly from: string;
  readonly localField: string;
  readonly foreignField: string;
  readonly as: string;
}

/**
 * The pipeline for MongoDB. Its first stages leave only the documents and fields that the caller may read, so nothing that follows can
 * learn of others; a `$match` in front is merged with the rules, so that both use indexes.
 * @throws stageNotAllowed, aggregationTooLarge, invalidInput, fieldNotReadable
 */
export async function buildPipeline(readable: Readable, stages: readonly Stage[], options: PipelineOptions): Promise<Stage[]> {
  const budget = { left: options.maxStages, max: options.maxStages };
  const [first, ...others] = stages;
  const isFiltered = first !== undefined && nameOf(first) === '$match';
  const filter = isFiltered ? compileFilter(parseWhere(readable.collection, first['$match'], readable.isClient), {}, { storedPath }) : {};
  const rest = isFiltered ? others : stages;
  const plain = rest.findIndex((stage) => !isPlain(stage));
  const early = plain === -1 ? rest : rest.slice(0, plain);
  const built = await buildStages(rest.slice(early.length), { options, budget, growth: { factor: 1 } });
  return [{ $match: both(filter, readable.filter) }, ...early.map((stage) => stored(stage, readable)), ...shapeOf(readable), ...built];
}

const nameOf = (stage: Stage): string => Object.keys(stage).join();

/** Stages that may run before documents get their shape, where an index can still serve them. */
function isPlain(stage: Stage): boolean {
  const name = nameOf(stage);
  if (name === '$limit' || name === '$skip') return Number.isSafeInteger(stage[name]);
  const order = stage['$sort'];
  return name === '$sort' && isStage(order) && Object.values(order).every((direction) => direction === 1 || direction === -1);
}

function stored(stage: Stage, { collection, isClient }: Readable): Stage {
  const order = stage['$sort'];
  if (!isStage(order)) return stage;
  if (isClient) for (const field of Object.keys(order)) refuseHidden(collection, field);
  return { $sort: Object.fromEntries(Object.entries(order).map(([field, direction]) => [storedPath(field), direction])) };
}

/** Documents as the API shows them: `id` for `_id`, and without what the caller may not read. */
function shapeOf({ collection, isClient }: Readable): Stage[] {
  return [{ $set: { id: '$_id' } }, { $unset: ['_id', ...(isClient ? collection.hidden : [])] }];
}

interface Building {
  readonly options: PipelineOptions;
  readonly budget: { left: number; readonly max: number };
  readonly growth: Growth;
}

async function buildStages(stages: readonly Stage[], building: Building): Promise<Stage[]> {
  const built: Stage[] = [];
  for (const stage of stages) built.push(await buildStage(stage, building));
  return built;
}

async function buildStage(stage: Stage, building: Building): Promise<Stage> {
  building.budget.left -= 1;
  if (building.budget.left < 0) throw aggregationTooLarge({ what: 'stages', allowed: building.budget.max });
  const [[name, argument] = ['', undefined], ...others] = Object.entries(stage);
  if (others.length > 0) throw stageNotAllowed({ stage: Object.keys(stage).join(', ') });
  if (name === '$match') return { $match: laterFilter(argument) };
  if (name === '$lookup') return lookup(argument, building.options);
  if (name === '$facet') return { $facet: await facets(argument, building) };
  if (!isComputingStage(name)) throw stageNotAllowed({ stage: name });
  checkExpression(argument, building.growth);
  return { [name]: argument };
}

/** A condition on what earlier stages made: there is no schema for it, and `_id` is what `$group` made. */
function laterFilter(json: unknown): MongoFilter {
  try {
    return compileFilter(parseCondition(json, { variables: [] }));
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    const path = ['pipeline', '$match', error.path].filter(Boolean).join('.');
    throw invalidInput(undefined, { issues: [{ path, code: error.code, message: error.message }] });
  }
}

async function facets(argument: unknown, building: Building): Promise<Record<string, Stage[]>> {
  if (typeof argument !== 'object' || argument === null || Array.isArray(argument)) throw stageNotAllowed({ stage: '$facet' });
  const built: [string, Stage[]][] = [];
  for (const [name, stages] of Object.entries(argument)) {
    if (!Array.isArray(stages) || !stages.every(isStage)) throw stageNotAllowed({ stage: '$facet' });
    if (stages.some((stage) => '$facet' in stage)) throw stageNotAllowed({ stage: '$facet' });
    built.push([name, await buildStages(stages, building)]);
  }
  return Object.fromEntries(built);
}

const isStage = (stage: unknown): stage is Stage => typeof stage === 'object' && stage !== null && !Array.isArray(stage);

/** A join with another collection of the project, as far as the caller may read that one. */
async function lookup(argument: unknown, options: PipelineOptions): Promise<Stage> {
  const { from, localField, foreignField, as } = lookupOf(argument);
  const readable = await options.readable(from);
  if (readable.isClient) refuseHidden(readable.collection, foreignField);
  const pipeline = [{ $match: readable.filter ?? {} }, ...shapeOf(readable)];
  return { $lookup: { from, localField, foreignField: storedPath(foreignField), pipeline, as } };
}

function lookupOf(argument: unknown): Lookup {
  const fields = isStage(argument) ? argument : {};
  const names = ['from', 'localField', 'foreignField', 'as'];
  const isWhole =
    names.every((name) => typeof fields[name] === 'string' && !String(fields[name]).startsWith('$')) &&
    Object.keys(fields).length === names.length;
  if (!isWhole) throw stageNotAllowed({ stage: '$lookup with anything but from, localField, foreignField and as' });
  return fields as unknown as Lookup;
}
