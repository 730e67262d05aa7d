import type { FieldTest, Position } from './condition.ts';
import { earthRadius } from './geo-test.ts';

/** MongoDB's spelling of the operators on places. */
export function geoOperators(test: Extract<FieldTest, { type: 'within' | 'intersects' | 'near' }>): Record<string, unknown> {
  if (test.type === 'near') {
    const { position, maxDistance, minDistance } = test.near;
    return {
      $nearSphere: {
        $geometry: point(position),
        ...(maxDistance !== undefined && { $maxDistance: maxDistance }),
        ...(minDistance !== undefined && { $minDistance: minDistance }),
      },
    };
  }
  const { shape } = test;
  if (shape.type === 'circle') return { $geoWithin: { $centerSphere: [shape.center, shape.radius / earthRadius] } };
  const geometry =
    shape.type === 'point' ? point(shape.position) : { type: 'Polygon', coordinates: [[...shape.ring, ...shape.ring.slice(0, 1)]] };
  return { [test.type === 'within' ? '$geoWithin' : '$geoIntersects']: { $geometry: geometry } };
}

const point = (position: Position) => ({ type: 'Point', coordinates: position });
