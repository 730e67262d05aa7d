import type { Circle, FieldTest, Place, Polygon, Position } from './condition.ts';
import { isRecord } from './data.ts';
import type { SphericalRing, Vector } from './spherical-ring.ts';
import { angleBetween, edgesCross, sphericalRing, vectorOf } from './spherical-ring.ts';

/** The radius of the sphere on which MongoDB measures, in metres. */
export const earthRadius = 6_378_100;

/**
 * The test of `$within` and `$intersects` on a stored value: a GeoJSON Point or Polygon; anything else never passes. Edges are geodesics
 * and areas the smaller ones, as in MongoDB. Within a few centimetres of an edge the two may differ: they round differently.
 * A stored polygon is taken as valid (its edges don't cross), as a 2dsphere index demands.
 */
export function geoTest(test: Extract<FieldTest, { type: 'within' | 'intersects' }>): (value: unknown) => boolean {
  const area = areaOf(test.shape);
  return (value) => {
    const geometry = geometryOf(value);
    if (geometry === undefined) return false;
    if (geometry.type === 'point') return area.hasPoint(geometry.vector);
    return test.type === 'within' ? area.hasPolygon(geometry.rings) : area.meetsPolygon(geometry.rings);
  };
}

interface Area {
  readonly hasPoint: (point: Vector) => boolean;
  readonly hasPolygon: (rings: readonly SphericalRing[]) => boolean;
  readonly meetsPolygon: (rings: readonly SphericalRing[]) => boolean;
}

const never = (): boolean => false;

function areaOf(shape: Polygon | Circle | Place): Area {
  switch (shape.type) {
    case 'point': {
      const position = vectorOf(shape.position);
      return {
        hasPoint: (point) => angleBetween(point, position) < 1e-15,
        hasPolygon: never,
        meetsPolygon: (rings) => isInside(position, rings),
      };
    }
    case 'circle':
      return areaOfCircle(shape);
    case 'polygon': {
      const ring = sphericalRing(shape.ring);
      return ring === undefined ? { hasPoint: never, hasPolygon: never, meetsPolygon: never } : areaOfRing(ring);
    }
  }
}

function areaOfCircle({ center, radius }: Circle): Area {
  const middle = vectorOf(center);
  const angle = radius / earthRadius;
  const hasPoint = (point: Vector): boolean => angleBetween(point, middle) <= angle;
  // A circle that is smaller than a hemisphere bulges: it holds the edge between two points that it holds.
  return { hasPoint, hasPolygon: ([shell]) => shell !== undefined && shell.vertices.every(hasPoint), meetsPolygon: never };
}

function areaOfRing(ring: SphericalRing): Area {
  const [corner] = ring.vertices;
  return {
    hasPoint: ring.contains,
    hasPolygon: ([shell]) => shell !== undefined && shell.vertices.every(ring.contains) && !ringsCross(shell, ring),
    meetsPolygon: (rings) => {
      const [shell] = rings;
      if (shell === undefined || corner === undefined) return false;
      return shell.vertices.some(ring.contains) || isInside(corner, rings) || rings.some((one) => ringsCross(one, ring));
    },
  };
}

// In the shell, and in none of the holes.
const isInside = (point: Vector, [shell, ...holes]: readonly SphericalRing[]): boolean =>
  shell !== undefined && shell.contains(point) && !holes.some((hole) => hole.contains(point));

function ringsCross(left: SphericalRing, right: SphericalRing): boolean {
  const others = edgesOf(right);
  return edgesOf(left).some((one) => others.some((other) => edgesCross(one, other)));
}

function edgesOf({ vertices }: SphericalRing): readonly (readonly [Vector, Vector])[] {
  return vertices.map((vertex, index) => [vertex, vertices[(index + 1) % vertices.length] ?? vertex]);
}

type Geometry =
  { readonly type: 'point'; readonly vector: Vector } | { readonly type: 'polygon'; readonly rings: readonly SphericalRing[] };

function geometryOf(value: unknown): Geometry | undefined {
  if (!isRecord(value)) return undefined;
  const { type, coordinates } = value as { type?: unknown; coordinates?: unknown };
  if (type === 'Point') return isPosition(coordinates) ? { type: 'point', vector: vectorOf(coordinates) } : undefined;
  if (type !== 'Polygon' || !Array.isArray(coordinates)) return undefined;
  const rings: SphericalRing[] = [];
  for (const positions of coordinates as readonly unknown[]) {
    const ring = Array.isArray(positions) ? closedRing(positions) : undefined;
    if (ring === undefined) return undefined;
    rings.push(ring);
  }
  return rings.length === 0 ? undefined : { type: 'polygon', rings };
}

function closedRing(positions: readonly unknown[]): SphericalRing | undefined {
  if (!positions.every(isPosition)) return undefined;
  const [first, last] = [positions[0], positions.at(-1)];
  if (first === undefined || last === undefined || first[0] !== last[0] || first[1] !== last[1]) return undefined;
  return sphericalRing(positions.slice(0, -1));
}

function isPosition(value: unknown): value is Position {
  if (!Array.isArray(value) || value.length < 2) return false;
  const [longitude, latitude] = value as readonly unknown[];
  return typeof longitude === 'number' && typeof latitude === 'number' && Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
}
