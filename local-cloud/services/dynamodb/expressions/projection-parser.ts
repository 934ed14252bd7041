import type { Path } from './ast.ts';
import type { Placeholders } from './placeholders.ts';
import { createReader, reportOverlaps } from './reader.ts';

/**
 * Parses a projection expression: paths, separated by commas.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
 * @throws ValidationException as AWS words it
 */
export function parseProjection(expression: string, placeholders: Placeholders): Path[] {
  const reader = createReader('ProjectionExpression', expression, placeholders);
  const paths = [reader.path()];
  while (reader.takeSymbol(',')) paths.push(reader.path());
  reportOverlaps(reader, paths);
  reader.end(['reserved', 'undefined-name', 'overlap', 'conflict']);
  return paths;
}
