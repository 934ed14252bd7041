/**
 * Tells the bundler which files a lesson includes, so that its cache is renewed when one of them changes.
 * Plain JavaScript, because the bundler loads it itself.
 */
export default function includedFilesLoader(source) {
  const root = this.rootContext;
  for (const [tag] of source.matchAll(/<(?:Code|SolutionDiff)\b[^>]*>/g)) {
    const file = /\bfile="([^"]+)"/.exec(tag)?.[1];
    const lab = /\blab="([^"]+)"/.exec(tag)?.[1];
    if (file === undefined) continue;
    const paths =
      lab === undefined
        ? [file]
        : [`labs/${lab}/${file}`, `solutions/${lab}/${file}`, `checker/suites/${lab}/starter/${file}`];
    for (const path of paths) this.addDependency(`${root}/${path}`);
  }
  return source;
}
