import { malformedRequest } from './http.problems.ts';

interface Node<R> {
  readonly children: Map<string, Node<R>>;
  parameter: Node<R> | undefined;
  readonly routes: Map<string, { route: R; names: readonly string[] }>;
}

/** A route that fits a path, or the methods that would. */
export type Match<R> = { readonly route: R; readonly params: Record<string, string> } | { readonly allowed: readonly string[] };

/** The longest path that is looked at, in segments. */
const MAX_SEGMENTS = 12;

function createNode<R>(): Node<R> {
  return { children: new Map(), parameter: undefined, routes: new Map() };
}

/** Finds routes by path in time that does not depend on their number: express tries them one after the other. */
export class RouteTree<R> {
  readonly #root: Node<R> = createNode();

  /** @throws Error when the same method and path is there already. */
  add(method: string, path: string, route: R): void {
    const names: string[] = [];
    let node = this.#root;
    for (const segment of path.split('/').filter(Boolean)) {
      if (segment.startsWith(':')) {
        names.push(segment.slice(1));
        node.parameter ??= createNode();
        node = node.parameter;
      } else {
        const child = node.children.get(segment) ?? createNode<R>();
        node.children.set(segment, child);
        node = child;
      }
    }
    if (node.routes.has(method)) throw new Error(`route ${method} ${path} is defined twice`);
    node.routes.set(method, { route, names });
  }

  /** The route for a path (without its query), or null. @throws malformedRequest on a broken percent-encoding. */
  find(method: string, path: string): Match<R> | null {
    const segments = path.split('/');
    if (segments[0] === '') segments.shift();
    if (segments.at(-1) === '') segments.pop();
    if (segments.length > MAX_SEGMENTS) return null;
    return this.#walk(this.#root, segments, { method, values: [] });
  }

  #walk(node: Node<R>, segments: readonly string[], found: { method: string; values: readonly string[] }): Match<R> | null {
    const [segment, ...rest] = segments;
    if (segment === undefined) return matchAt(node, found);
    const child = node.children.get(segment);
    const fixed = child === undefined ? null : this.#walk(child, rest, found);
    if ((fixed !== null && 'route' in fixed) || node.parameter === undefined || segment === '') return fixed;
    // A path such as /data/todos/query is a route for POST, and the document with the id "query" for GET.
    const open = this.#walk(node.parameter, rest, { method: found.method, values: [...found.values, segment] });
    return fixed === null || (open !== null && 'route' in open) ? open : { allowed: [...fixed.allowed, ...(open?.allowed ?? [])] };
  }
}

function matchAt<R>(node: Node<R>, { method, values }: { method: string; values: readonly string[] }): Match<R> | null {
  if (node.routes.size === 0) return null;
  const found = node.routes.get(method);
  if (found === undefined) return { allowed: [...node.routes.keys()].map((name) => name.toUpperCase()) };
  const params: Record<string, string> = {};
  found.names.forEach((name, position) => {
    params[name] = decode(values[position] ?? '');
  });
  return { route: found.route, params };
}

function decode(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw malformedRequest({ reason: 'The path has a broken percent-encoding.' });
  }
}
