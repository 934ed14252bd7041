import type { Edit, Mutant } from '../../authoring/mutant.ts';

/** Why the starter fails each check: its own mistake there, not another's. */
export const starterReasons: Readonly<Record<string, RegExp>> = {
  'stack/package-within-budget':
    /1\d,\d{3} KB unzipped; with the SDK inside, 450 KB are allowed[\s\S]*node_modules\/zod/,
  'stack/no-node-modules': /a node_modules folder with zod, whole/,
  'stack/source-map-apart': /index\.js carries its source map inside/,
  'live/deployed-code-within-budget': /1\d,\d{3} KB unzipped; with the SDK inside, 450 KB are allowed/,
};

// Pieces of the solution that several mutants replace.

const importZod = "import * as z from 'zod';";
const importClient = "import { documents } from './clients/dynamodb.ts';";
const mainFields = "        mainFields: ['module', 'main'],\n";
const external = '        externalModules: [],\n';
const minify = '        minify: true,\n';
const sourceMap = '        sourceMap: true,\n';
const parse = '  const order = orderSchema.parse(event);';
const store = '  await documents.send(new PutCommand({ TableName: tableName, Item: item }));\n';
const item = "  const item = { ...order, totalCents, status: 'RECEIVED' };\n";
const answer = '  return { orderId: order.orderId, totalCents };';

const inHandler = (replace: string, by: string): Edit => ({ file: 'handler.ts', replace, by });
const inClient = (replace: string, by: string): Edit => ({ file: 'clients/dynamodb.ts', replace, by });
const inStack = (replace: string, by: string): Edit => ({ file: 'stack.ts', replace, by });

/** A client that the function makes and never calls. */
const oneMoreClient = (name: string, made: string): Edit =>
  inClient(
    'export const documents',
    `import { ${made} } from '${name}';

export const another = new ${made}();
export const documents`,
  );

const weight: readonly Mutant[] = [
  {
    name: 'commonjs-main-fields',
    trap: 'esbuild’s default for Node.js reads each package’s CommonJS files: nothing can be left out of them.',
    rejectedBy: 'stack/package-within-budget',
    edits: [inStack(mainFields, '')],
  },
  {
    name: 'commonjs-first',
    trap: 'The main fields are set, in the wrong order: CommonJS is found first.',
    rejectedBy: 'stack/package-within-budget',
    edits: [inStack("['module', 'main']", "['main', 'module']")],
  },
  {
    name: 'not-minified',
    trap: 'Long names, comments and blanks are half of the bundle.',
    rejectedBy: 'stack/package-within-budget',
    edits: [inStack(minify, '')],
  },
  {
    name: 'blanks-only',
    trap: 'Only blanks are removed: the long names stay.',
    rejectedBy: 'stack/package-within-budget',
    edits: [inStack(minify, "        esbuildArgs: { '--minify-whitespace': true },\n")],
  },
  {
    name: 'all-of-zod',
    trap: '`import { z }` is an object with everything in it, every language included: nothing can be left out.',
    rejectedBy: 'stack/package-within-budget',
    edits: [inHandler(importZod, "import { z } from 'zod';")],
  },
  {
    name: 'zod-by-default',
    trap: 'The default export of zod is the same object with everything in it.',
    rejectedBy: 'stack/package-within-budget',
    edits: [inHandler(importZod, "import z from 'zod';")],
  },
  {
    name: 'client-that-nobody-calls',
    trap: 'A client that nobody calls stays in the bundle: making it may have an effect, so esbuild keeps it.',
    rejectedBy: 'stack/package-within-budget',
    edits: [oneMoreClient('@aws-sdk/client-s3', 'S3Client')],
  },
  {
    name: 'namespace-that-escapes',
    trap: 'The client’s namespace is handed on as an object: as far as esbuild can tell, all commands are used.',
    rejectedBy: 'stack/package-within-budget',
    edits: [
      inClient(
        'import { DynamoDBClient }',
        "import * as dynamodb from '@aws-sdk/client-dynamodb';\nimport { DynamoDBClient }",
      ),
      inClient('export const documents', 'export const commands: object = dynamodb;\nexport const documents'),
      inHandler(importClient, "import { commands, documents } from './clients/dynamodb.ts';"),
      inHandler(answer, `  if (Object.keys(commands).length === 0) throw new Error();\n${answer}`),
    ],
  },
  {
    name: 'heavy-library-for-one-line',
    trap: 'A whole YAML library is there for one line of a log.',
    rejectedBy: 'stack/package-within-budget',
    edits: [
      inHandler(importZod, `import { stringify } from 'yaml';\n${importZod}`),
      inHandler(item, `${item}  console.log(stringify(item));\n`),
    ],
  },
  {
    name: 'external-with-all-of-zod',
    trap: 'The SDK is left to the runtime, and the heaviest rest stays: zod with every language.',
    rejectedBy: 'stack/package-within-budget',
    edits: [inStack(external, ''), inHandler(importZod, "import { z } from 'zod';")],
  },
  {
    name: 'external-with-most-of-zod',
    trap: 'Without the SDK 60 KB are allowed, and classic zod alone has more: its methods hang on each schema.',
    rejectedBy: 'stack/package-within-budget',
    edits: [inStack(external, '')],
  },
  {
    name: 'analysis-in-the-package',
    trap: 'metafile: true lets esbuild write its analysis into the asset: it is deployed with the code.',
    rejectedBy: 'stack/package-within-budget',
    edits: [inStack(minify, `${minify}        metafile: true,\n`)],
  },
  {
    name: 'deployed-unminified',
    trap: 'What is deployed is not what was meant: one flag is missing.',
    rejectedBy: 'live/deployed-code-within-budget',
    edits: [inStack(minify, '')],
  },
  {
    name: 'deployed-with-node-modules',
    trap: 'A package travels as it is installed, with everything that it was published with.',
    rejectedBy: 'live/deployed-code-within-budget',
    edits: [inStack(external, `${external}        nodeModules: ['zod'],\n`)],
  },
  {
    name: 'deployed-external-with-most-of-zod',
    trap: 'The SDK is left to the runtime: Lambda has 88 KB of zod where 60 KB are allowed.',
    rejectedBy: 'live/deployed-code-within-budget',
    edits: [inStack(external, '')],
  },
  {
    name: 'external-by-a-hidden-name',
    trap: 'The name of the package is put together at run time: no bundler sees it, and the runtime brings the SDK.',
    rejectedBy: 'stack/package-within-budget',
    edits: [
      inStack(external, "        externalModules: ['@aws-sdk/*', '@smithy/*'],\n"),
      inHandler("import { PutCommand } from '@aws-sdk/lib-dynamodb';\n", ''),
      inHandler(importClient, ''),
      inHandler(
        store,
        `  const names = ['lib-dynamodb', 'client-dynamodb'].map((name) => ['@aws-sdk', name].join('/'));
  const [{ DynamoDBDocumentClient, PutCommand }, { DynamoDBClient }] = await Promise.all(
    names.map((name) => import(name)),
  );
  await DynamoDBDocumentClient.from(new DynamoDBClient()).send(new PutCommand({ TableName: tableName, Item: item }));
`,
      ),
    ],
  },
];

const packaging: readonly Mutant[] = [
  {
    name: 'zod-as-it-is-installed',
    trap: 'A package is installed and not bundled: 800 files for the few functions that are called.',
    rejectedBy: 'stack/no-node-modules',
    edits: [inStack(external, `${external}        nodeModules: ['zod'],\n`)],
  },
  {
    name: 'small-package-as-it-is-installed',
    trap: 'The budget bears a small package; the cold start looks for its files all the same.',
    rejectedBy: 'stack/no-node-modules',
    edits: [
      inStack(external, `${external}        nodeModules: ['tinyqueue'],\n`),
      inHandler(importZod, `import TinyQueue from 'tinyqueue';\n${importZod}`),
      inHandler(item, `${item}  new TinyQueue([totalCents]).pop();\n`),
    ],
  },
  {
    name: 'sdk-as-it-is-installed',
    trap: 'The SDK is neither bundled nor from the runtime: it is installed, with every package that it needs.',
    rejectedBy: 'stack/no-node-modules',
    edits: [
      inStack(external, "        nodeModules: ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'],\n"),
    ],
  },
  {
    name: 'inline-source-map',
    trap: 'The map is a comment at the end of the code, larger than the code, and each cold start reads it.',
    rejectedBy: 'stack/source-map-apart',
    edits: [
      inStack(sourceMap, `${sourceMap}        sourceMapMode: SourceMapMode.INLINE,\n`),
      inStack('OutputFormat }', 'OutputFormat, SourceMapMode }'),
    ],
  },
  {
    name: 'source-map-twice',
    trap: 'The map is written beside the code, and into it as well.',
    rejectedBy: 'stack/source-map-apart',
    edits: [
      inStack(sourceMap, `${sourceMap}        sourceMapMode: SourceMapMode.BOTH,\n`),
      inStack('OutputFormat }', 'OutputFormat, SourceMapMode }'),
    ],
  },
  {
    name: 'inline-map-by-argument',
    trap: 'An argument for esbuild overrides what the other options say.',
    rejectedBy: 'stack/source-map-apart',
    edits: [inStack(sourceMap, "        esbuildArgs: { '--sourcemap': 'inline' },\n")],
  },
  {
    name: 'fixed-function-name',
    trap: 'A second stack in the account fails: the name is taken.',
    rejectedBy: 'stack/two-stacks-fit',
    edits: [
      inStack(
        "new NodejsFunction(this, 'Receiver', {",
        "new NodejsFunction(this, 'Receiver', {\n      functionName: 'receiver',",
      ),
    ],
  },
];

const behaviour: readonly Mutant[] = [
  {
    name: 'validation-left-out',
    trap: 'The validator was heavy, so it went, and the validation with it.',
    rejectedBy: 'handler/invalid-orders-are-still-refused',
    edits: [inHandler(parse, '  const order = event as z.infer<typeof orderSchema>;')],
  },
  {
    name: 'validation-half-done',
    trap: 'A few ifs replace the schema: lengths, ranges and halves are forgotten.',
    rejectedBy: 'handler/invalid-orders-are-still-refused',
    edits: [
      inHandler(
        parse,
        `  const order = event as z.infer<typeof orderSchema>;
  if (!order?.orderId || !order.customerId || !Array.isArray(order.items)) throw new Error('invalid order');`,
      ),
    ],
  },
  {
    name: 'numbers-coerced',
    trap: 'The lighter rules convert: "1" becomes 1, and so does true.',
    rejectedBy: 'handler/invalid-orders-are-still-refused',
    edits: [inHandler('quantity: z.int()', 'quantity: z.coerce.number().int()')],
  },
  {
    name: 'stored-before-validated',
    trap: 'Lines were moved, and the write came first: what is refused is stored all the same.',
    rejectedBy: 'handler/invalid-orders-are-still-refused',
    edits: [
      inHandler(
        parse,
        `  const raw = event as { orderId?: unknown } | null;
  if (typeof raw?.orderId === 'string') {
    await documents.send(new PutCommand({ TableName: tableName, Item: { ...raw, orderId: \`raw \${raw.orderId}\` } }));
  }
${parse}`,
      ),
    ],
  },
  {
    name: 'write-left-out',
    trap: 'Without a client the package is tiny, and no order is stored.',
    rejectedBy: 'handler/orders-are-stored-as-before',
    edits: [inHandler(store, '')],
  },
  {
    name: 'total-of-the-client',
    trap: 'The sum was left out: the client says what it owes.',
    rejectedBy: 'handler/orders-are-stored-as-before',
    edits: [
      inHandler(
        item,
        `${item}  Object.assign(item, { totalCents: (event as { totalCents?: number }).totalCents ?? totalCents });\n`,
      ),
    ],
  },
  {
    name: 'answer-with-everything',
    trap: 'The whole item is answered: clients come to rely on fields that were never promised.',
    rejectedBy: 'handler/orders-are-stored-as-before',
    edits: [inHandler(answer, '  return item;')],
  },
  {
    name: 'wrapped-numbers',
    trap: 'One client replaces another, the values stay as they were: the total is a map with an N in it.',
    rejectedBy: 'handler/orders-are-stored-as-before',
    edits: [inHandler(item, item.replace('totalCents,', 'totalCents: { N: String(totalCents) },'))],
  },
  {
    name: 'status-left-out',
    trap: 'The item has no status any more: who reads the table waits for it for ever.',
    rejectedBy: 'handler/orders-are-stored-as-before',
    edits: [inHandler(item, item.replace(", status: 'RECEIVED'", ''))],
  },
  {
    name: 'no-right-to-write',
    trap: 'The grant went with the lines around it: each order is an error.',
    rejectedBy: 'live/deployed-function-answers',
    edits: [inStack("    table.grant(receiver, 'dynamodb:PutItem');\n", '')],
  },
  {
    name: 'no-table-name',
    trap: 'TABLE_NAME went with NODE_OPTIONS: the function does not start.',
    rejectedBy: 'live/deployed-function-answers',
    edits: [inStack('TABLE_NAME: table.tableName, ', '')],
  },
  {
    name: 'left-to-a-runtime-that-lacks-it',
    trap: 'zod is external: it is in no bundle, and Lambda’s runtime does not bring it.',
    rejectedBy: 'live/deployed-function-answers',
    edits: [inStack('externalModules: [],', "externalModules: ['zod'],")],
  },
  {
    name: 'write-not-awaited',
    trap: 'The answer is out before the order is stored.',
    rejectedBy: 'handler/orders-are-stored-as-before',
    edits: [inHandler(store, store.replace('await', 'void'))],
  },
  {
    name: 'failure-swallowed',
    trap: 'The table refuses the order, and the function answers as ever.',
    rejectedBy: 'handler/orders-are-stored-as-before',
    edits: [inHandler(store, store.replace('}));', '})).catch(console.error);'))],
  },
  {
    name: 'first-one-stays',
    trap: 'A condition refuses an order that is already there; the starter overwrites it.',
    rejectedBy: 'handler/orders-are-stored-as-before',
    edits: [inHandler('Item: item }', "Item: item, ConditionExpression: 'attribute_not_exists(orderId)' }")],
  },
];

export const mutants: readonly Mutant[] = [...weight, ...packaging, ...behaviour];
