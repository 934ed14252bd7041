/** Packages that the code of a lab may import: those that a learner has. */
export const labPackages =
  /^(node:|aws-cdk-lib|constructs$|@aws-sdk\/|@aws-lambda-powertools\/|@middy\/core$|zod(\/mini)?$|aws-lambda$)/;

/** What a source file imports or re-exports, in the order of the file. */
export function importsOf(source: string): string[] {
  const statement =
    /^\s*(?:import|export)\b[^'";]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|^\s*import\s*['"]([^'"]+)['"]/gm;
  return [...source.matchAll(statement)].map(
    ([, from, dynamic, bare]) => (from ?? dynamic ?? bare) as string,
  );
}
