import type { Condition, FieldCondition, Value, VariableCondition } from './condition.ts';
import { valueOf } from './resolve-value.ts';

/**
 * The paths of the document that the condition looks at, each once, in order of appearance, below an `$elemMatch` with the array's path
 * in front. For "may the caller read this?" check each path and all its prefixes.
 */
export function fieldsOf(condition: Condition): readonly string[] {
  const found = new Set<string>();
  visit(condition, [], (leaf, path) => {
    if (leaf.type === 'field') found.add(path.join('.'));
  });
  return [...found];
}

/** The paths of the variables that the condition uses, e.g. `user.id`, each once, in order of appearance. */
export function variablesOf(condition: Condition): readonly string[] {
  const found = new Set<string>();
  const visitValue = (value: Value): void => {
    if (value.type === 'variable') found.add(value.segments.join('.'));
    if (value.type === 'list') value.items.forEach(visitValue);
    if (value.type === 'record') for (const [, part] of value.entries) visitValue(part);
  };
  visit(condition, [], (leaf) => {
    if (leaf.type !== 'field') found.add(leaf.segments.join('.'));
    if (leaf.type === 'present') return;
    if (leaf.test.type === 'equal' || leaf.test.type === 'range' || leaf.test.type === 'in' || leaf.test.type === 'all')
      visitValue(valueOf(leaf.test));
  });
  return [...found];
}

type Leaf = FieldCondition | VariableCondition | Extract<Condition, { type: 'present' }>;

// Calls the visitor for each field and bare variable; a field's path has those of the arrays around it in front.
function visit(condition: Condition, above: readonly string[], visitor: (leaf: Leaf, path: readonly string[]) => void): void {
  switch (condition.type) {
    case 'constant':
    case 'text':
      return;
    case 'and':
    case 'or':
      for (const part of condition.conditions) visit(part, above, visitor);
      return;
    case 'not':
      visit(condition.condition, above, visitor);
      return;
    case 'present':
      visitor(condition, condition.segments);
      return;
    case 'variable':
      visitor(condition, condition.segments);
      // What is asked of the elements of a variable's list has no field; only its variables count.
      if (condition.test.type === 'element')
        visit(condition.test.condition, [], (leaf, path) =>
          leaf.type === 'field' ? visitor({ ...leaf, type: 'variable', segments: condition.segments }, path) : visitor(leaf, path),
        );
      return;
    case 'field': {
      const path = [...above, ...condition.segments];
      visitor(condition, path);
      if (condition.test.type === 'element') visit(condition.test.condition, path, visitor);
    }
  }
}
