import assert from 'node:assert/strict';
import { check, type Fixtures } from '../../fixtures.ts';
import { assertWithinBudget, weightOf } from './budget.ts';

const functionOf = (template: Fixtures['template']) =>
  template.named('FunctionName', 'AWS::Lambda::Function');

check(
  'package-within-budget',
  {
    title: 'the package has at most 450 KB with the SDK inside, or 60 KB without it',
    points: 3,
    hints: [
      'Look at the heaviest parts. Which of them does this function call, and which came along with an import?',
      'Three things help: import one client and not all of them; let esbuild read ES modules (main fields) and minify; import zod so that what is not used can be left out.',
      "import * as z from 'zod'; import { documents } from './clients/dynamodb.ts'; and bundling: { format: OutputFormat.ESM, mainFields: ['module', 'main'], minify: true }",
    ],
    lesson: '#tree-shaking',
    starter: 'fails',
  },
  ({ template, packages, note }) => {
    const shipped = packages.of(functionOf(template));
    assertWithinBudget(shipped, 'The package of the function');
    note(weightOf(shipped));
  },
);

check(
  'no-node-modules',
  {
    title: 'the package has no node_modules: what is used is in the bundle',
    points: 1,
    hints: [
      'A package as npm installs it has its tests, types, other module formats and languages. How much of that runs?',
      'nodeModules is for packages that cannot be bundled: those with native code, or that read files beside them.',
      'Remove nodeModules from bundling; esbuild then takes from the package what is imported.',
    ],
    lesson: '#node-modules',
    starter: 'fails',
  },
  ({ template, packages }) => {
    const { installed } = packages.of(functionOf(template));
    assert(
      installed.length === 0,
      `The package has a node_modules folder with ${installed.join(', ')}, whole: every file of it is shipped, used or not.`,
    );
  },
);

check(
  'source-map-apart',
  {
    title: 'a source map, if there is one, is a file of its own',
    points: 1,
    hints: [
      'How long is the last line of the bundle?',
      'An inline map is a comment that is part of the code: every cold start reads it, although it is needed for stack traces only.',
      'sourceMap: true alone writes index.mjs.map beside the bundle: leave out sourceMapMode.',
    ],
    lesson: '#source-maps',
    starter: 'fails',
  },
  ({ template, packages }) => {
    const { inlineSourceMaps } = packages.of(functionOf(template));
    assert(
      inlineSourceMaps.length === 0,
      `${inlineSourceMaps.join(', ')} carries its source map inside, as a comment that each cold start has to read.`,
    );
  },
);

check(
  'two-stacks-fit',
  {
    title: 'the stack fits twice in one account',
    points: 0,
    hints: [
      'What happens when your colleague deploys the same stack to the same account?',
      'A fixed name is taken once. CloudFormation makes up names that are free.',
      'Leave out functionName, tableName, roleName and logGroupName, and read the name from the output.',
    ],
    lesson: '#contract',
    starter: 'passes',
  },
  ({ template }) => {
    functionOf(template);
    const fixed = template.fixedNames();
    assert(
      fixed.length === 0,
      `Two stacks would want the same name: ${fixed.map(({ id, name }) => `${id} is always called ${name}`).join('; ')}.`,
    );
  },
);
