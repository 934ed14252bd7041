import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Course, readCourse } from './course.ts';
import type { Mutant } from './mutant.ts';
import { smallCourse } from './testing.ts';
import { rules, type Verified, verifyCourse } from './verify.ts';

type Small = ReturnType<typeof smallCourse>;
type Check = Small['labs'][number]['checks'][number];

const lesson = 'docs/20-fan-out.mdx';
const suites = 'checker/suites/20-fan-out';

/** One mistake of an author, the rule that sees it, and the place that it is told for. */
interface Mistake {
  name: string;
  rule: string;
  at: string;
  says: RegExp;
  make: (course: Small) => void;
}

const mistakes: readonly Mistake[] = [
  {
    name: 'a suite that does not load',
    rule: 'every lab loads',
    at: `${suites}:1`,
    says: /does not load: no/,
    make: (course) =>
      Object.assign(course, {
        unreadable: [{ file: suites, line: 1, what: 'the lab does not load: no', todo: 'Mend it.' }],
      }),
  },
  {
    name: 'no mutants',
    rule: 'a lab has its four rooms',
    at: `${suites}/mutants.ts:1`,
    says: /has no checker/,
    make: ({ files }) => files.delete(`${suites}/mutants.ts`),
  },
  {
    name: 'a lab without a starter',
    rule: 'a lab has its four rooms',
    at: 'labs/20-fan-out/:1',
    says: /has no labs/,
    make: ({ files }) => {
      files.delete('labs/20-fan-out/handler.ts');
      files.delete('labs/20-fan-out/events/order.json');
    },
  },
  {
    name: 'a second lab of the same number',
    rule: 'numbers and names are unique',
    at: 'docs/20-fan-in.mdx:1',
    says: /shares its number or its name with 20-fan-out/,
    make: ({ files, slugs }) => {
      for (const [file, text] of [...files]) {
        if (file.includes('20-fan-out'))
          files.set(file.replace('fan-out', 'fan-in'), text.replaceAll('fan-out', 'fan-in'));
      }
      slugs.push('20-fan-in');
    },
  },
  {
    name: 'a starter that was changed and not kept',
    rule: 'labs/ are the kept starters',
    at: 'labs/20-fan-out/handler.ts:1',
    says: /not the one of the kept starter/,
    make: append('labs/20-fan-out/handler.ts', '// more'),
  },
  {
    name: "an editor's backup",
    rule: 'no stray files',
    at: 'solutions/20-fan-out/handler.ts.orig:1',
    says: /no place in the course/,
    make: append('solutions/20-fan-out/handler.ts.orig', 'old'),
  },
  {
    name: 'a TODO in the solution',
    rule: 'TODOs stand in labs/ only',
    at: 'solutions/20-fan-out/handler.ts:4',
    says: /outside labs/,
    make: append('solutions/20-fan-out/handler.ts', `// ${'TODO'}: later`),
  },
  {
    name: 'a TODO in the tools',
    rule: 'TODOs stand in labs/ only',
    at: 'checker/tool.ts:1',
    says: /outside labs/,
    make: append('checker/tool.ts', `/* ${'FIXME'} */`),
  },
  {
    name: 'a solution that imports the checker',
    rule: 'imports stay in their room',
    at: 'solutions/20-fan-out/handler.ts:4',
    says: /imports checker\/fixtures\.ts/,
    make: append('solutions/20-fan-out/handler.ts', "import '../../checker/fixtures.ts';"),
  },
  {
    name: 'a variant with a package that learners do not have',
    rule: 'imports stay in their room',
    at: `${suites}/variants/plain/handler.ts:2`,
    says: /imports lodash/,
    make: append(`${suites}/variants/plain/handler.ts`, "import { map } from 'lodash';"),
  },
  {
    name: 'a suite that imports more than the fixtures',
    rule: 'imports stay in their room',
    at: `${suites}/live.test.ts:4`,
    says: /imports checker\/run\.ts/,
    make: append(`${suites}/live.test.ts`, "import { createRunner } from '../../run.ts';"),
  },
  {
    name: 'points for what the starter does already',
    rule: 'what the starter passes is worth nothing',
    at: `${suites}/live.test.ts:3`,
    says: /answers is worth 2/,
    make: (course) => {
      change(course, 1, { points: 2 });
      mutant(course, { name: 'silent', rejectedBy: 'live/answers' });
    },
  },
  {
    name: 'a check with points and no mutant',
    rule: 'every check with points has a mutant',
    at: `${suites}/handler.test.ts:3`,
    says: /no mutant shows/,
    make: ({ labs: [lab] }) => Object.assign(lab?.known ?? {}, { mutants: [] }),
  },
  {
    name: 'a failure of the starter without a reason',
    rule: "the starter's failures have reasons",
    at: `${suites}/handler.test.ts:3`,
    says: /nothing says why/,
    make: ({ labs: [lab] }) => Object.assign(lab?.known ?? {}, { starterReasons: {} }),
  },
  {
    name: 'a reason for a check that the starter passes',
    rule: "the starter's failures have reasons",
    at: `${suites}/live.test.ts:3`,
    says: /starterReasons says why it fails/,
    make: ({ labs: [lab] }) =>
      Object.assign(lab?.known ?? {}, { starterReasons: { 'handler/counts': /0/, 'live/answers': /0/ } }),
  },
  {
    name: 'two mutants of one name',
    rule: 'mutants are named for their trap',
    at: `${suites}/mutants.ts:3`,
    says: /taken by another/,
    make: (course) => mutant(course, { name: 'counts-twice' }),
  },
  {
    name: 'a mutant for a check that is not there',
    rule: 'mutants are named for their trap',
    at: `${suites}/mutants.ts:3`,
    says: /rejected by stack\/nothing, which no suite declares/,
    make: (course) => mutant(course, { name: 'lost', rejectedBy: 'stack/nothing' }),
  },
  {
    name: 'a mutant whose trap is a word',
    rule: 'mutants are named for their trap',
    at: `${suites}/mutants.ts:3`,
    says: /is no sentence: 'wrong'/,
    make: (course) => mutant(course, { name: 'lost', trap: 'wrong' }),
  },
  {
    name: 'a mutant that changes nothing',
    rule: 'mutants are named for their trap',
    at: `${suites}/mutants.ts:3`,
    says: /changes nothing/,
    make: (course) => mutant(course, { name: 'lost', edits: [] }),
  },
  {
    name: 'three variants',
    rule: 'there are four variants',
    at: `${suites}/variants/:1`,
    says: /there are 3 variants \(a, b, c\)/,
    make: ({ labs: [lab] }) => Object.assign(lab?.known ?? {}, { variants: ['a', 'b', 'c'] }),
  },
  {
    name: 'a hint that is there twice',
    rule: 'hints come in three steps',
    at: `${suites}/handler.test.ts:3`,
    says: /three different hints/,
    make: (course) =>
      change(course, 0, { hints: ['Whose number?', 'Whose number?', 'Give back the length.'] }),
  },
  {
    name: 'a check that points nowhere',
    rule: 'checks point into the lesson',
    at: `${suites}/handler.test.ts:3`,
    says: /points to #counting/,
    make: (course) => change(course, 0, { lesson: '/fan-out#counting' }),
  },
  {
    name: 'no reading time',
    rule: 'front matter is complete',
    at: `${lesson}:2`,
    says: /lacks reading/,
    make: edit('reading: 10\n', ''),
  },
  {
    name: 'more reading than time',
    rule: 'front matter is complete',
    at: `${lesson}:5`,
    says: /do not fit/,
    make: edit('reading: 10', 'reading: 40'),
  },
  {
    name: "another lab's lesson",
    rule: 'front matter is complete',
    at: `${lesson}:4`,
    says: /names the lab 07-sqs-batch/,
    make: edit('lab: 20-fan-out', 'lab: 07-sqs-batch'),
  },
  {
    name: 'a part that is missing',
    rule: 'the outline is full',
    at: `${lesson}:1`,
    says: /part #production is missing/,
    make: edit('{/* #production */}', ''),
  },
  {
    name: 'a part in the wrong place',
    rule: 'the outline is full',
    at: `${lesson}:21`,
    says: /part #lab comes too early/,
    make: (course) => {
      edit('{/* #lab */}', '{/* #was-lab */}')(course);
      edit('{/* #traps */}', '{/* #lab */}')(course);
      edit('{/* #was-lab */}', '{/* #traps */}')(course);
    },
  },
  {
    name: 'a lesson without its hints',
    rule: 'hints and tables come from the catalogue',
    at: `${lesson}:1`,
    says: /does not have <Hints lab/,
    make: edit('<Hints lab={lab} />', ''),
  },
  {
    name: 'a hint that is typed into the lesson',
    rule: 'hints and tables come from the catalogue',
    at: `${lesson}:41`,
    says: /a hint of counts stands here/,
    make: (course) => {
      const [lab] = course.labs;
      if (lab) Object.assign(lab, { checks: lab.checks.slice(0, 1) });
      edit('<Hints lab={lab} />', '<Hints lab={lab} />\n\nWhose number is it?')(course);
    },
  },
  {
    name: 'a quiz of two questions',
    rule: 'the quiz has three questions',
    at: `${lesson}:58`,
    says: /has 2 questions/,
    make: edit(/\n {4}\{\n {6}question[\s\S]*?\n {4}\},/, ''),
  },
  {
    name: 'an option without its reason',
    rule: 'the quiz has three questions',
    at: `${lesson}:58`,
    says: /no reason/,
    make: edit(", why: 'It may be wrong.'", ''),
  },
  {
    name: 'a part that is still to write',
    rule: 'every part is written',
    at: `${lesson}:29`,
    says: /still to write: the contract/,
    make: edit('### Live verdict', '{/* write: the contract */}\n\n### Live verdict'),
  },
  {
    name: 'a code block that nobody tests',
    rule: 'code blocks are tested or marked',
    at: `${lesson}:43`,
    says: /neither tested nor marked/,
    make: edit('```bash run', '```bash'),
  },
  {
    name: 'code from a file that is not there',
    rule: 'included code is there',
    at: `${lesson}:23`,
    says: /solutions\/20-fan-out\/worker\.ts is not there/,
    make: edit('file="solutions/20-fan-out/handler.ts"', 'file="solutions/20-fan-out/worker.ts"'),
  },
  {
    name: 'a region that is not there',
    rule: 'included code is there',
    at: `${lesson}:23`,
    says: /lacks the region sum/,
    make: edit('region="count"', 'region="sum"'),
  },
  {
    name: 'a link to a page that is not there',
    rule: 'internal links lead somewhere',
    at: `${lesson}:15`,
    says: /leads to no page/,
    make: edit('./start-here.mdx#run', './begin.mdx'),
  },
  {
    name: 'a link to a part that is not there',
    rule: 'internal links lead somewhere',
    at: `${lesson}:15`,
    says: /does not have/,
    make: edit('./start-here.mdx#run', './start-here.mdx#go'),
  },
  {
    name: 'a link over http',
    rule: 'external links are https',
    at: `${lesson}:19`,
    says: /is not https/,
    make: edit('https://docs', 'http://docs'),
  },
  {
    name: 'a word that helps nobody',
    rule: 'prose is plain',
    at: `${lesson}:19`,
    says: /the word 'simply'/,
    make: edit('The server counts', 'The server simply counts'),
  },
];

describe('a course that follows every rule', () => {
  it('has nothing to mend', () => expect(verifyCourse(smallCourse()).problems).toEqual([]));

  it('says how much code is proven and where links lead', () => {
    expect(verifyCourse(smallCourse()).notes).toEqual([
      'code in lessons: 2 from tested files, 1 commands (0 with output), 0 illustrative, 0 diagrams',
      'links to other sites: 1, not followed: docs.aws.amazon.com 1',
    ]);
  });
});

describe('each mistake is seen by its rule, and by no other', () => {
  it.each(mistakes)('$name', ({ make, rule, at, says }) => {
    const course = smallCourse();
    make(course);
    const { problems } = verifyCourse(course);
    expect(problems.map((problem) => [problem.rule, `${problem.file}:${problem.line}`])).toEqual([
      [rule, at],
    ]);
    expect(problems[0]?.what).toMatch(says);
    expect(problems[0]?.todo).toMatch(/^([A-Z@`]|\w+\/).*[.?…)]|^[A-Z].*npm run/s);
  });

  it('every rule has a mistake that only it sees', () => {
    expect(Object.keys(rules).filter((rule) => !mistakes.some((mistake) => mistake.rule === rule))).toEqual(
      [],
    );
  });
});

describe('one lab of a course', () => {
  it('is told alone', () => {
    const course = smallCourse();
    append('docs/start-here.mdx', 'It is easy.')(course);
    expect(verifyCourse(course, { only: ['20-fan-out'] }).problems).toEqual([]);
    expect(verifyCourse(course).problems).toHaveLength(1);
  });
});

describe('spelling', () => {
  const known = new Set('start here run it go on with the lab order'.split(' '));
  const speller = { knows: (word: string) => known.has(word.toLowerCase()), suggest: () => ['order'] };

  function misspelled(text: string): readonly string[] {
    const course = { ...smallCourse(), files: new Map([['docs/start-here.mdx', text]]) };
    return verifyCourse(course, { speller })
      .problems.filter(({ rule }) => rule === 'words are spelled')
      .map(({ line, what, todo }) => `${line} ${what}. ${todo}`);
  }

  it('finds a word that is in no dictionary, once a page, with what it may be', () => {
    expect(misspelled('Start here\n\nthe odrer, the odrer')).toEqual([
      "3 'odrer' is not in the dictionary. Did you mean order? If it is a word of the course, add it to checker/authoring/words.txt.",
    ]);
  });

  it.each([
    ['names', 'DynamoDB SQS maxReceiveCount'],
    ['code', 'run `xyzzy`\n\n```ts\nxyzzy();\n```'],
    ['addresses', 'the [lab](./xyzzy.mdx) https://xyzzy.example'],
    ['tags and comments', '<Xyzzy lab={xyzzy} /> {/* #xyzzy */}'],
  ])('does not read %s', (_what, text) => expect(misspelled(text)).toEqual([]));
});

describe('the course', () => {
  let course: Course;
  let verified: Verified;
  beforeAll(async () => {
    course = await readCourse(join(import.meta.dirname, '..', '..'));
    verified = verifyCourse(course);
  });

  it('follows every rule', () => expect(verified.problems).toEqual([]));

  it('was really read', () => {
    expect(course.labs.map(({ slug }) => slug)).toContain('07-sqs-batch');
    expect(course.files.has('local-cloud/account.ts')).toBe(true);
  });
});

function edit(what: string | RegExp, by: string): (course: Small) => void {
  return ({ files }) => {
    const before = files.get(lesson) ?? '';
    const after = before.replace(what, () => by);
    if (after === before) throw new Error(`The small course's lesson has no ${what}.`);
    files.set(lesson, after);
  };
}

function append(file: string, line: string): (course: Small) => void {
  return ({ files }) => void files.set(file, `${files.get(file) ?? ''}${line}\n`);
}

function change({ labs: [lab] }: Small, index: number, to: Partial<Check>): void {
  if (lab)
    Object.assign(lab, {
      checks: lab.checks.map((check, at) => (at === index ? { ...check, ...to } : check)),
    });
}

function mutant({ labs: [lab] }: Small, to: Partial<Mutant>): void {
  const [first] = lab?.known.mutants ?? [];
  if (lab && first) Object.assign(lab.known, { mutants: [first, { ...first, ...to }] });
}
