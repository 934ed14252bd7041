import assert from 'node:assert/strict';
import { check } from '../../fixtures.ts';
import { assertWithinBudget } from './budget.ts';
import { assertAnswered, makeRequest } from './receiver.ts';

check(
  'deployed-code-within-budget',
  {
    title: 'what Lambda has of the function, unzipped, is within the budget',
    points: 2,
    hints: [
      'Lambda gives back what was deployed: GetFunction has an address for it. Is it what you meant to deploy?',
      'The budget is the same as for the asset: 450 KB with the SDK inside, 60 KB when it is left to the runtime; source maps do not count.',
      'Bundle with minify and ES modules, one client, no nodeModules. A function with code from a folder ships the whole folder: leave out what is no code.',
    ],
    lesson: '#limits',
    starter: 'fails',
  },
  async ({ live }) => {
    const functionName = live.output('FunctionName');
    assertWithinBudget(await live.package(functionName), 'The code in Lambda');
  },
);

check(
  'deployed-function-answers',
  {
    title: 'the deployed function still answers; its init stands beside the starter’s',
    points: 0,
    hints: [
      'A bundle that builds need not load. What does the function’s log say about its init?',
      'What is left out of the bundle has to be in Lambda’s runtime; the rights of the role and TABLE_NAME are still needed.',
      "Only '@aws-sdk/*' and '@smithy/*' may be external. In an ESM bundle a CommonJS package may need require: see the lesson.",
    ],
    lesson: '#init',
    starter: 'passes',
    comparesWithStarter: true,
  },
  async ({ live, coldStart, note }) => {
    const request = makeRequest('live-order');
    const { answer } = await live.invoke(live.output('FunctionName'), request);
    assertAnswered(answer, request);
    const wrong = { ...request, items: [{ sku: 'TEA', quantity: '2', unitPriceCents: 1 }] };
    assert(
      (await live.attempt(live.output('FunctionName'), wrong)).type === 'error',
      'The deployed function accepted a quantity of "2", a text; the starter refuses it. Is the code in the package the code of handler.ts?',
    );
    const { yours, starters } = await coldStart('FunctionName', makeRequest('live-cold'));
    if (yours === undefined) return;
    const beside = starters === undefined ? '' : `; the starter’s ${starters.toFixed(0)} ms`;
    note(`Init of this function ${yours.toFixed(0)} ms${beside}. It is shown, not graded.`);
  },
);
