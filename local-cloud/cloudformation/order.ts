import { templateError } from './errors.ts';

/**
 * Puts resources in order: each level depends only on earlier ones, so that all of a level can be made at once.
 * @param dependencies for each resource the resources that it needs, in the order of the template
 * @throws DeployError for a circle, naming all that are in it or wait for it
 */
export function levelsOf(dependencies: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const levels: string[][] = [];
  const placed = new Set<string>();
  let waiting = [...dependencies.keys()];
  while (waiting.length > 0) {
    const ready = waiting.filter((id) =>
      [...(dependencies.get(id) ?? [])].every((needed) => placed.has(needed)),
    );
    if (ready.length === 0) {
      throw templateError(
        `Circular dependency between resources: [${inCircle(waiting, dependencies).join(', ')}]`,
      );
    }
    for (const id of ready) placed.add(id);
    waiting = waiting.filter((id) => !placed.has(id));
    levels.push(ready);
  }
  return levels;
}

/** Leaves out what merely waits for the circle. */
function inCircle(
  waiting: readonly string[],
  dependencies: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  const needed = new Set(waiting.flatMap((id) => [...(dependencies.get(id) ?? [])]));
  const left = waiting.filter((id) => needed.has(id));
  return left.length === waiting.length ? left : inCircle(left, dependencies);
}
