import type { Mutant } from '../../authoring/mutant.ts';

/** Why the starter fails each check: its own mistake there, not another's. */
export const starterReasons: Readonly<Record<string, RegExp>> = {
  'handler/total-is-worked-out': /"totalCents":1\}/,
  'stack/function-has-time': /a timeout of 3 s/,
};

/** Wrong solutions: each is the solution with a few edits, and is rejected by the check that is made for it. */
export const mutants: readonly Mutant[] = [
  {
    name: 'quantity-forgotten',
    trap: 'The total adds up prices and forgets how many were ordered.',
    rejectedBy: 'handler/total-is-worked-out',
    edits: [{ file: 'handler.ts', replace: 'sum + quantity * unitPriceCents', by: 'sum + unitPriceCents' }],
  },
  {
    name: 'default-timeout',
    trap: 'Nobody sets a timeout, and Lambda ends the function after 3 s.',
    rejectedBy: 'stack/function-has-time',
    edits: [{ file: 'stack.ts', replace: '      timeout: Duration.seconds(10),\n', by: '' }],
  },
  {
    name: 'id-forgotten',
    trap: 'The answer does not say which order it is about.',
    rejectedBy: 'live/order-is-answered',
    edits: [
      {
        file: 'handler.ts',
        replace: 'return { orderId, totalCents };',
        by: "return { orderId: '', totalCents };",
      },
    ],
  },
];
