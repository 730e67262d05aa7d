interface Node<Value> {
  readonly children: Map<string, Node<Value>>;
  readonly values: Map<string, Value>;
}

function emptyNode<Value>(): Node<Value> {
  return { children: new Map(), values: new Map() };
}

/** Values under topic filters, found by topic in the time of its levels. Keyed with maps: any text is safe as a level. */
export class TopicTrie<Value> {
  readonly #root: Node<Value> = emptyNode();

  /** Puts the value under (filter, key), replacing what was there. */
  set(filter: string, key: string, value: Value): void {
    let node = this.#root;
    for (const level of filter.split('/')) {
      const child = node.children.get(level) ?? emptyNode<Value>();
      node.children.set(level, child);
      node = child;
    }
    node.values.set(key, value);
  }

  delete(filter: string, key: string): void {
    this.#remove(this.#root, filter.split('/'), key);
  }

  /** All values whose filter covers the topic. */
  match(topic: string): Value[] {
    return this.#collect(this.#root, topic.split('/'), 0);
  }

  #collect(node: Node<Value>, levels: readonly string[], depth: number): Value[] {
    const found = Array.from(node.children.get('#')?.values.values() ?? []);
    const level = levels[depth];
    if (level === undefined) return [...found, ...node.values.values()];
    for (const next of [node.children.get('+'), node.children.get(level)]) {
      if (next !== undefined) found.push(...this.#collect(next, levels, depth + 1));
    }
    return found;
  }

  /** @returns whether the node is empty now, so that its parent can forget it. */
  #remove(node: Node<Value>, levels: readonly string[], key: string): boolean {
    const [level, ...below] = levels;
    if (level === undefined) node.values.delete(key);
    else {
      const child = node.children.get(level);
      if (child !== undefined && this.#remove(child, below, key)) node.children.delete(level);
    }
    return node.children.size === 0 && node.values.size === 0;
  }
}
