import type { Circle, Place, Polygon, Position } from './condition.ts';
import { isRecord } from './data.ts';
import type { ParseScope } from './parse-scope.ts';
import { at, fail, spendValue } from './parse-scope.ts';
import { faultOfRing, sphericalRing } from './spherical-ring.ts';

// A quarter of the way around the Earth: what is larger is no circle on a map any more.
const maxRadius = 10_000_000;
// How far apart, in degrees, the corners are with which a box follows its parallels. The edge is at most 100 m off at 1°.
const boxStep = 1;

/**
 * The operand of `$within`: `{"polygon": [[lng, lat], …]}`, `{"box": [[west, south], [east, north]]}`,
 * `{"circle": {"center": [lng, lat], "radius": metres}}`, or a GeoJSON Polygon of one ring.
 * @throws ConditionError `invalid_shape`
 */
export function parseArea(json: unknown, scope: ParseScope): Polygon | Circle {
  if (isRecord(json)) {
    const [key, ...others] = Object.keys(json);
    if (json['type'] === 'Polygon') return parseGeoJson(json, scope);
    if (others.length === 0 && key === 'polygon') return polygon(json['polygon'], at(scope, 'polygon'));
    if (others.length === 0 && key === 'box') return box(json['box'], at(scope, 'box'));
    if (others.length === 0 && key === 'circle') return circle(json['circle'], at(scope, 'circle'));
  }
  return fail(
    scope,
    'invalid_shape',
    'It takes {"polygon": [[lng, lat], …]}, {"box": [[west, south], [east, north]]} or {"circle": {"center", "radius"}}.',
  );
}

/**
 * The operand of `$intersects`: a polygon or box as for `$within`, or `{"point": [lng, lat]}`.
 * @throws ConditionError `invalid_shape`
 */
export function parseIntersecting(json: unknown, scope: ParseScope): Polygon | Place {
  if (isRecord(json) && Object.hasOwn(json, 'point') && Object.keys(json).length === 1)
    return { type: 'point', position: parsePosition(json['point'], at(scope, 'point')) };
  const shape = parseArea(json, scope);
  return shape.type === 'polygon'
    ? shape
    : fail(scope, 'invalid_shape', '$intersects takes a polygon, a box or a point. Circles are for $within.');
}

/** `[longitude, latitude]` or a GeoJSON Point. @throws ConditionError `invalid_shape` */
export function parsePosition(json: unknown, scope: ParseScope): Position {
  spendValue(scope);
  const pair: unknown = isRecord(json) && json['type'] === 'Point' && Object.keys(json).length === 2 ? json['coordinates'] : json;
  if (Array.isArray(pair) && pair.length === 2) {
    const [longitude, latitude] = pair as readonly unknown[];
    if (isWithin(longitude, 180) && isWithin(latitude, 90)) return [longitude, latitude];
  }
  return fail(scope, 'invalid_shape', 'A position is [longitude, latitude], in degrees from -180 to 180 and -90 to 90.');
}

const isWithin = (value: unknown, bound: number): value is number => typeof value === 'number' && Math.abs(value) <= bound;

function parseGeoJson(json: Readonly<Record<string, unknown>>, scope: ParseScope): Polygon {
  const { coordinates } = json as { coordinates?: unknown };
  if (Object.keys(json).length !== 2 || !Array.isArray(coordinates) || coordinates.length !== 1)
    return fail(scope, 'invalid_shape', 'A polygon has one ring. Cut a hole out of it with $not.');
  return polygon(coordinates[0], at(scope, 'coordinates'));
}

function polygon(json: unknown, scope: ParseScope): Polygon {
  if (!Array.isArray(json)) return fail(scope, 'invalid_shape', 'A polygon is a list of positions.');
  const { positions } = scope.budget.limits;
  if (json.length > positions + 1) fail(scope, 'invalid_shape', `A polygon has at most ${positions} positions.`);
  const ring = json.map((one: unknown, index) => parsePosition(one, at(scope, index)));
  const [first, last] = [ring[0], ring.at(-1)];
  // GeoJSON repeats the first position at the end; people often don't.
  if (ring.length > 1 && first !== undefined && last !== undefined && first[0] === last[0] && first[1] === last[1]) ring.pop();
  const fault = faultOfRing(ring);
  return fault === undefined ? { type: 'polygon', ring } : fail(scope, 'invalid_shape', fault);
}

// An edge between two positions is a geodesic, which is no parallel: the box follows those in steps. A box over the date line has its west in the east.
function box(json: unknown, scope: ParseScope): Polygon {
  if (!Array.isArray(json) || json.length !== 2) return fail(scope, 'invalid_shape', 'A box is [[west, south], [east, north]].');
  const [west, south] = parsePosition(json[0], at(scope, 0));
  const [east, north] = parsePosition(json[1], at(scope, 1));
  const width = east > west ? east - west : east - west + 360;
  if (south >= north || width >= 180 || Math.abs(south) === 90 || Math.abs(north) === 90)
    return fail(scope, 'invalid_shape', 'A box is less than 180° wide, from south to north, and does not reach a pole.');
  const steps = Math.min(Math.max(1, Math.ceil(width / boxStep)), Math.floor(scope.budget.limits.positions / 2) - 1);
  const along = Array.from({ length: steps + 1 }, (_, step) => (step === steps ? east : wrap(west + (width * step) / steps)));
  const ring = [...along.map((lng): Position => [lng, south]), ...along.toReversed().map((lng): Position => [lng, north])];
  // Its edges can't cross, whatever its size.
  return sphericalRing(ring) === undefined ? fail(scope, 'invalid_shape', 'A box fits in a hemisphere.') : { type: 'polygon', ring };
}

const wrap = (longitude: number): number => (longitude > 180 ? longitude - 360 : longitude);

function circle(json: unknown, scope: ParseScope): Circle {
  if (!isRecord(json) || Object.keys(json).some((key) => key !== 'center' && key !== 'radius'))
    return fail(scope, 'invalid_shape', 'A circle is {"center": [lng, lat], "radius": metres}.');
  const { radius } = json as { radius?: unknown };
  if (typeof radius !== 'number' || !(radius > 0 && radius <= maxRadius))
    return fail(at(scope, 'radius'), 'invalid_shape', `A radius is more than 0 and at most ${maxRadius} metres.`);
  return { type: 'circle', center: parsePosition(json['center'], at(scope, 'center')), radius };
}
