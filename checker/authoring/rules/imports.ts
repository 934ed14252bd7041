import { posix } from 'node:path';
import type { Course, Problem } from '../course.ts';
import { importsOf, labPackages } from '../imports.ts';

const room = /^((?:labs|solutions)\/[^/]+\/|checker\/suites\/[^/]+\/(?:variants\/[^/]+|starter)\/)/;
const suite = /^(checker\/suites\/[^/]+\/)[^/]+\.ts$/;

/** A lab stands alone: its code imports its own files and what a learner has, its suites their fixtures. */
export function importsStayInTheirRoom({ files }: Course): Problem[] {
  return [...files].flatMap(([file, text]) => {
    const to = allowed(file);
    if (to === undefined) return [];
    return importsOf(text).flatMap((specifier) => {
      const target = specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : undefined;
      const right = target
        ? to.files.some((start) => target.startsWith(start))
        : (to.packages?.test(specifier) ?? true);
      if (right) return [];
      const line = text.split('\n').findIndex((one) => one.includes(specifier)) + 1;
      return [
        {
          file,
          line,
          what: `imports ${target ?? specifier}`,
          todo: `It may import ${to.files.join(', ')}${to.packages ? ', the AWS SDK, the CDK, Powertools, Middy and zod' : ' and packages'}.`,
        },
      ];
    });
  });
}

function allowed(file: string): { files: readonly string[]; packages?: RegExp } | undefined {
  const folder = room.exec(file)?.[1];
  // A unit test needs vitest and the SDK's mock.
  if (folder !== undefined) {
    return file.endsWith('.test.ts')
      ? { files: [folder] }
      : /\.ts$/.test(file)
        ? { files: [folder], packages: labPackages }
        : undefined;
  }
  const suites = suite.exec(file)?.[1];
  if (suites === undefined) return undefined;
  return {
    files: file.endsWith('/mutants.ts') ? ['checker/authoring/mutant.ts'] : ['checker/fixtures.ts', suites],
  };
}
