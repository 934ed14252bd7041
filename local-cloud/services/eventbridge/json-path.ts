/** The steps of a path: names of members, indexes of arrays, or all of what there is. */
type Step = { kind: 'name'; name: string } | { kind: 'index'; index: number } | { kind: 'all' };

const STEP = /\.([^.[\]\s]+)|\[(\d+|\*)\]|\[(?:'([^']*)'|"([^"]*)")\]/y;

/**
 * Reads a path such as `$.detail.items[0]['unit price']`; with a wildcard (`$.detail.items[*].sku`) the value is the
 * list of all that it finds. Filters, ranges and recursive descent are not among what EventBridge takes.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 * @returns the reader of a value; undefined when the text is no such path
 */
export function compileJsonPath(path: string): ((event: object) => unknown) | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: Step[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const found = STEP.exec(path);
    if (!found) return undefined;
    steps.push(stepOf(found));
  }
  const many = steps.some(({ kind }) => kind === 'all');
  return (event) => {
    const values = steps.reduce<unknown[]>(
      (all, step) => all.flatMap((value) => follow(value, step)),
      [event],
    );
    return many ? values : values[0];
  };
}

function stepOf([, dotted, bracketed, single, double]: RegExpExecArray): Step {
  if (dotted === '*' || bracketed === '*') return { kind: 'all' };
  if (bracketed !== undefined) return { kind: 'index', index: Number(bracketed) };
  return { kind: 'name', name: dotted ?? single ?? double ?? '' };
}

/** What a step leads to: nothing, one value, or with a wildcard many. */
function follow(value: unknown, step: Step): unknown[] {
  if (value === null || typeof value !== 'object') return [];
  if (step.kind === 'all') return Object.values(value);
  if (step.kind === 'index')
    return Array.isArray(value) && step.index < value.length ? [value[step.index]] : [];
  return !Array.isArray(value) && Object.hasOwn(value, step.name)
    ? [(value as Record<string, unknown>)[step.name]]
    : [];
}
