import { ConditionError, parseCondition } from '@mainstay/conditions';
import type { Checked } from './check-json.ts';
import { wrong } from './check-json.ts';

const MAX_POSITIONS = 500;
const NO_POINT = wrong('not_a_geopoint', 'Give GeoJSON: {"type":"Point","coordinates":[longitude,latitude]}.');
const NO_POLYGON = wrong(
  'not_a_polygon',
  `Give a GeoJSON Polygon whose rings are closed and do not cross, of at most ${MAX_POSITIONS} positions.`,
);

/** A place as GeoJSON. */
export function checkGeopoint(value: unknown): Checked {
  const coordinates = coordinatesOf(value, 'Point');
  return coordinates !== null && isPosition(coordinates) ? { value } : NO_POINT;
}

/** An area as GeoJSON. Each ring must be one that MongoDB can index: a document is never refused by an index later. */
export function checkPolygon(value: unknown): Checked {
  const rings = coordinatesOf(value, 'Polygon');
  return rings !== null && rings.length > 0 && rings.every(isRing) ? { value } : NO_POLYGON;
}

function coordinatesOf(value: unknown, type: 'Point' | 'Polygon'): readonly unknown[] | null {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return null;
  const { type: given, coordinates } = value as { type?: unknown; coordinates?: unknown };
  return given === type && Array.isArray(coordinates) ? coordinates : null;
}

function isRing(ring: unknown): boolean {
  if (!Array.isArray(ring) || ring.length < 4 || !ring.every(isPosition)) return false;
  try {
    parseCondition({ area: { $intersects: { type: 'Polygon', coordinates: [ring] } } }, { limits: { positions: MAX_POSITIONS } });
    return true;
  } catch (error) {
    if (error instanceof ConditionError) return false;
    throw error;
  }
}

function isPosition(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [longitude, latitude] = value as [unknown, unknown];
  return typeof longitude === 'number' && typeof latitude === 'number' && Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
}
