import type { AuthoredLab, Course } from './course.ts';

/** A course of one small lab that follows every rule: what the tests of the rules break, one thing at a time. */
export function smallCourse() {
  const files = new Map(Object.entries(text).map(([file, content]) => [file, content.trimStart()]));
  return { files, slugs: ['20-fan-out'], labs: [lab()], unreadable: [] } satisfies Course;
}

function lab(): AuthoredLab {
  const hints = [
    'Whose number is it?',
    'Look at what the handler gives back.',
    'Give back the length of items.',
  ];
  const check = {
    bonus: false,
    needs: [] as [],
    lesson: '/fan-out#how-it-works',
    hints,
    title: 'the items are counted by the server',
  } as const;
  return {
    number: '20',
    slug: '20-fan-out',
    title: 'Fan-out',
    route: '/fan-out',
    minutes: 30,
    checks: [
      {
        ...check,
        id: '20-fan-out/handler/counts',
        slug: 'counts',
        kind: 'handler',
        points: 1,
        starter: 'fails',
      },
      {
        ...check,
        id: '20-fan-out/live/answers',
        slug: 'answers',
        kind: 'live',
        points: 0,
        starter: 'passes',
      },
    ],
    known: {
      mutants: [
        {
          name: 'counts-twice',
          trap: 'Every item is counted twice, and the customer pays double.',
          rejectedBy: 'handler/counts',
          edits: [{ file: 'handler.ts', replace: 'length', by: 'length * 2' }],
        },
      ],
      starterReasons: { 'handler/counts': /0 items/ },
      variants: ['a-class', 'a-loop', 'plain', 'two-files'],
    },
  };
}

const handler = `
import type { Context } from 'aws-lambda';

// ${'TODO'} 1: Count.
export const handler = async (_event: unknown, _context: Context) => 0;
`;

const solution = `
// region count
export const handler = async ({ items }: { items: unknown[] }) => items.length;
// endregion
`;

const question = `
    {
      question: 'Who counts?',
      options: [
        { text: 'The server', right: true, why: 'It has the items.' },
        { text: 'The client', why: 'It may be wrong.' },
      ],
    },`;

const lesson = `
---
title: Fan-out
description: Count on the server.
lab: 20-fan-out
minutes: 30
reading: 10
---

import lab from '@generated/workshop/default/20-fan-out.json';

<LessonHead lab={lab} />

## The failure {/* #failure */}

The client counts. See [the way it works](#how-it-works) and [where to begin](./start-here.mdx#run).

## How it works {/* #how-it-works */}

The server counts: [limits](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).

## What the usual snippet gets wrong {/* #traps */}

<Code file="solutions/20-fan-out/handler.ts" region="count" />

## The lab {/* #lab */}

### The contract {/* #contract */}

### Live verdict {/* #live-verdict */}

<Checks lab={lab} />

### Points {/* #points */}

<CheckTable lab={lab} />

## Hints {/* #hints */}

<Hints lab={lab} />

## Watch it run {/* #watch */}

\`\`\`bash run
npm run check -- 20
\`\`\`

## Solution {/* #solution */}

<SolutionDiff lab="20-fan-out" file="handler.ts">
</SolutionDiff>

## In other tools {/* #other-tools */}

## In production {/* #production */}

## Quiz {/* #quiz */}

<Quiz
  questions={[${question}${question}${question}
  ]}
/>
`;

// Spelled so that nobody takes it for an import of this file.
const suite = (slug: string) => `
${'import'} { check } from '../../fixtures.ts';

check('${slug}', {}, async () => {});
`;

const text: Readonly<Record<string, string>> = {
  'docs/20-fan-out.mdx': lesson,
  'docs/start-here.mdx': '# Start here\n\n## Run it {/* #run */}\n\nGo on with [the lab](/fan-out).\n',
  'labs/20-fan-out/handler.ts': handler,
  'labs/20-fan-out/events/order.json': '{}\n',
  'solutions/20-fan-out/handler.ts': solution,
  'solutions/20-fan-out/handler.test.ts':
    "import { test } from 'vitest';\nimport { handler } from './handler.ts';\n",
  'checker/suites/20-fan-out/starter/handler.ts': handler,
  'checker/suites/20-fan-out/starter/events/order.json': '{}\n',
  'checker/suites/20-fan-out/handler.test.ts': suite('counts'),
  'checker/suites/20-fan-out/live.test.ts': suite('answers'),
  'checker/suites/20-fan-out/mutants.ts':
    "import type { Mutant } from '../../authoring/mutant.ts';\n\nexport const mutants = [{ name: 'counts-twice' }];\n",
  'checker/suites/20-fan-out/variants/plain/handler.ts': "import { S3Client } from '@aws-sdk/client-s3';\n",
};
