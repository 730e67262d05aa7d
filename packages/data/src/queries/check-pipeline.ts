import { stageNotAllowed } from './queries.problems.ts';

const list = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Stages that only read what comes down the pipeline. `$match` and `$lookup` are built by us and are not here. */
const STAGES = list(`$group $sort $limit $skip $project $addFields $set $unset $unwind $count $sortByCount $bucket $bucketAuto
  $replaceRoot $replaceWith $sample $setWindowFields $densify $fill`);

/**
 * Operators that compute. Left out: those that run code ($function, $accumulator), read settings of the server ($$USER_ROLES, $meta),
 * match with regular expressions of any cost ($regexMatch and its like), read fields by computed names ($getField, $setField), or make
 * much out of little ($range, $reduce, $zip, $replaceAll): mongod does not bound the memory of one expression, and tenants share it.
 */
const OPERATORS = list(`$abs $add $ceil $divide $exp $floor $ln $log $log10 $mod $multiply $pow $round $sqrt $subtract $trunc
  $sin $cos $tan $asin $acos $atan $atan2 $degreesToRadians $radiansToDegrees
  $arrayElemAt $arrayToObject $concatArrays $filter $first $firstN $in $indexOfArray $isArray $last $lastN $map $maxN $minN $objectToArray
  $reverseArray $size $slice $sortArray
  $and $or $not $cmp $eq $gt $gte $lt $lte $ne $cond $ifNull $switch
  $dateAdd $dateDiff $dateFromParts $dateFromString $dateSubtract $dateToParts $dateToString $dateTrunc $dayOfMonth $dayOfWeek $dayOfYear
  $hour $isoDayOfWeek $isoWeek $isoWeekYear $millisecond $minute $month $second $week $year
  $concat $indexOfBytes $indexOfCP $ltrim $rtrim $trim $split $strLenBytes $strLenCP $strcasecmp $substr $substrBytes $substrCP $toLower $toUpper
  $replaceOne
  $setDifference $setEquals $setIntersection $setIsSubset $setUnion $allElementsTrue $anyElementTrue
  $convert $isNumber $toBool $toDate $toDecimal $toDouble $toInt $toLong $toObjectId $toString $type
  $mergeObjects $literal $let $rand $bsonSize $binarySize
  $sum $avg $min $max $push $addToSet $stdDevPop $stdDevSamp $count $top $topN $bottom $bottomN
  $shift $rank $denseRank $documentNumber $derivative $integral $expMovingAvg $covariancePop $covarianceSamp $linearFill $locf`);

/** Operators that compute something for each element: one within another multiplies, and no time limit of mongod interrupts them. */
const LOOPS = list('$map $filter');

/** Operators whose result can be as large as all their arguments together: nested or in a row, they multiply. */
const GROWING = list('$concat $concatArrays $setUnion $mergeObjects');
/** A document of 1 MB times this still fits into mongod's memory many times over. */
const MAX_GROWTH = 64;

const VARIABLES = /^\$\$(?:ROOT|CURRENT|REMOVE|NOW|this|value|[a-z][A-Za-z0-9_]*)(?:\.|$)/;
const MAX_DEPTH = 40;

/** How much larger than its documents a pipeline may make them; shared by all its stages. */
export interface Growth {
  factor: number;
}

/** Whether the stage is one that computes on what comes down the pipeline. */
export function isComputingStage(stage: string): boolean {
  return STAGES.has(stage);
}

/** Where in an expression a check is. */
interface Place {
  readonly depth: number;
  /** Whether it is computed for each element of something. */
  readonly isRepeated: boolean;
}

/**
 * Refuses every operator and variable that is not known to be harmless, wherever it stands.
 * @throws stageNotAllowed
 */
export function checkExpression(value: unknown, growth: Growth, place: Place = { depth: 0, isRepeated: false }): void {
  if (place.depth > MAX_DEPTH) throw stageNotAllowed({ stage: 'an expression that is nested too deeply' });
  if (typeof value === 'string') {
    if (value.startsWith('$$') && !VARIABLES.test(value)) throw stageNotAllowed({ stage: value });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const isLoop = !Array.isArray(value) && LOOPS.has(key);
    if (!Array.isArray(value)) checkKey(key, inner, growth);
    if (isLoop && place.isRepeated) throw stageNotAllowed({ stage: `${key} within another one` });
    if (key !== '$literal') checkExpression(inner, growth, { depth: place.depth + 1, isRepeated: place.isRepeated || isLoop });
  }
}

function checkKey(key: string, argument: unknown, growth: Growth): void {
  if ((key.startsWith('$') && !OPERATORS.has(key)) || key === '__proto__') throw stageNotAllowed({ stage: key });
  if (!GROWING.has(key)) return;
  growth.factor *= Array.isArray(argument) ? Math.max(1, argument.length) : 1;
  if (growth.factor > MAX_GROWTH) throw stageNotAllowed({ stage: `${key} that joins this much` });
}
