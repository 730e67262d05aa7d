import type { Position } from './condition.ts';

/** A point of the unit sphere. */
export type Vector = readonly [x: number, y: number, z: number];

/** A ring of positions that lies in a hemisphere, prepared for many questions. */
export interface SphericalRing {
  readonly vertices: readonly Vector[];
  readonly center: Vector;
  /** Whether the point is in the smaller of the two areas. On an edge: either answer. */
  readonly contains: (point: Vector) => boolean;
}

const radians = Math.PI / 180;

/** The point at a position. */
export function vectorOf([longitude, latitude]: Position): Vector {
  const [lambda, phi] = [longitude * radians, latitude * radians];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}

/** The angle between two points, in radians; exact for near ones too. */
export function angleBetween(left: Vector, right: Vector): number {
  const [x, y, z] = cross(left, right);
  return Math.atan2(Math.hypot(x, y, z), dot(left, right));
}

/**
 * Prepares a ring; undefined when it does not fit in a hemisphere. Seen from the middle of the hemisphere onto a plane (the gnomonic
 * projection) geodesics are straight lines, so that whether a point is inside is a question of plane geometry, exact on the sphere.
 */
export function sphericalRing(ring: readonly Position[]): SphericalRing | undefined {
  const vertices = ring.map(vectorOf);
  const center = normalized(vertices.reduce<Vector>(([x, y, z], [a, b, c]) => [x + a, y + b, z + c], [0, 0, 0]));
  if (vertices.length < 3 || !vertices.every((vertex) => dot(vertex, center) > 1e-6)) return undefined;
  const project = projection(center);
  const corners = vertices.map(project);
  return { vertices, center, contains: (point) => dot(point, center) > 0 && isInPlane(project(point), corners) };
}

/** What is wrong with a ring of positions, in words for people, or undefined. MongoDB refuses the same rings. */
export function faultOfRing(positions: readonly Position[]): string | undefined {
  if (positions.length < 3) return 'A polygon has at least three positions.';
  const ring = sphericalRing(positions);
  if (ring === undefined) return 'A polygon fits in a hemisphere.';
  const { vertices } = ring;
  for (const [index, vertex] of vertices.entries()) {
    const next = vertices[(index + 1) % vertices.length] ?? vertex;
    for (let other = index + 1; other < vertices.length; other += 1) {
      const [from, to] = [vertices[other] ?? vertex, vertices[(other + 1) % vertices.length] ?? vertex];
      if (dot(vertex, from) > 1 - 1e-15 && angleBetween(vertex, from) < 1e-9) return 'A polygon has no position twice.';
      // Neighbours share a corner, where rounding decides whether they "cross".
      const areNeighbours = other === index + 1 || (index === 0 && other === vertices.length - 1);
      if (!areNeighbours && edgesCross([vertex, next], [from, to])) return 'The edges of a polygon do not cross.';
    }
  }
  return undefined;
}

/** Whether two geodesic edges cross at a point inside of both (S2's SimpleCrossing). */
export function edgesCross([a, b]: readonly [Vector, Vector], [c, d]: readonly [Vector, Vector]): boolean {
  const ab = cross(a, b);
  const acb = -dot(ab, c);
  if (acb * dot(ab, d) <= 0) return false;
  const cd = cross(c, d);
  return acb * -dot(cd, b) > 0 && acb * dot(cd, a) > 0;
}

const dot = (left: Vector, right: Vector): number => left[0] * right[0] + left[1] * right[1] + left[2] * right[2];
const cross = (left: Vector, right: Vector): Vector => [
  left[1] * right[2] - left[2] * right[1],
  left[2] * right[0] - left[0] * right[2],
  left[0] * right[1] - left[1] * right[0],
];

function normalized(vector: Vector): Vector {
  const length = Math.hypot(...vector);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

function projection(center: Vector): (point: Vector) => readonly [number, number] {
  const east = normalized(cross(Math.abs(center[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0], center));
  const north = cross(center, east);
  return (point) => {
    const depth = dot(point, center);
    return [dot(point, east) / depth, dot(point, north) / depth];
  };
}

function isInPlane([x, y]: readonly [number, number], corners: readonly (readonly [number, number])[]): boolean {
  let inside = false;
  let [fromX, fromY] = corners.at(-1) ?? [0, 0];
  for (const [toX, toY] of corners) {
    if (fromY > y !== toY > y && x < ((fromX - toX) * (y - toY)) / (fromY - toY) + toX) inside = !inside;
    [fromX, fromY] = [toX, toY];
  }
  return inside;
}
