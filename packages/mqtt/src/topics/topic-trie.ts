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
    const found: Value[] = [];
    this.#collect(this.#root, topic.split('/'), 0, found);
    return found;
  }

  #collect(node: Node<Value>, levels: readonly string[], depth: number, found: Value[]): void {
    const rest = node.children.get('#');
    if (rest !== undefined) found.push(...rest.values.values());
    const level = levels[depth];
    if (level === undefined) {
      found.push(...node.values.values());
      return;
    }
    for (const next of [node.children.get('+'), node.children.get(level)]) {
      if (next !== undefined) this.#collect(next, levels, depth + 1, found);
    }
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
