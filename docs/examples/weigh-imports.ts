import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

// region imports
const imports = {
  "import { z } from 'zod'": "import { z } from 'zod'; console.log(z.string())",
  "import * as z from 'zod'": "import * as z from 'zod'; console.log(z.string())",
  "import * as z from 'zod/mini'": "import * as z from 'zod/mini'; console.log(z.string())",
  'DynamoDBClient, PutItemCommand':
    "import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'; console.log(DynamoDBClient, PutItemCommand)",
};
// endregion

// region weigh
async function weigh(contents: string, options: BuildOptions): Promise<string> {
  const resolveDir = fileURLToPath(new URL('.', import.meta.url));
  const { outputFiles = [] } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    ...options,
  });
  const bytes = outputFiles.reduce((sum, file) => sum + file.contents.length, 0);
  return `${Math.round(bytes / 1024)} KB`.padStart(11);
}
// endregion

const bundles: Record<string, BuildOptions> = {
  'by default': {},
  minified: { minify: true },
  'and from ESM': { minify: true, mainFields: ['module', 'main'] },
};
console.log(
  ' '.repeat(30) +
    Object.keys(bundles)
      .map((name) => name.padStart(13))
      .join(''),
);
for (const [name, code] of Object.entries(imports)) {
  const weights = await Promise.all(Object.values(bundles).map((options) => weigh(code, options)));
  console.log(name.padEnd(30) + weights.map((weight) => weight.padStart(13)).join(''));
}
