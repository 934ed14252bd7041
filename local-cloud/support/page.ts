import type { Row, ServiceSupport, Support, TypeSupport } from './support.ts';
import type { NamedTest } from './test-sources.ts';

/** Where the page lies, from the root of the checkout. */
export const PAGE = 'docs/local-cloud.mdx';

/** Makes a page current again. */
export const REFRESH = 'node --import tsx local-cloud/support/write.ts';

const TITLES: Readonly<Record<string, string>> = {
  sqs: 'SQS',
  dynamodb: 'DynamoDB',
  lambda: 'Lambda',
  apigateway: 'API Gateway (HTTP APIs)',
  events: 'EventBridge',
  logs: 'CloudWatch Logs',
  monitoring: 'CloudWatch',
  iam: 'IAM',
  sts: 'STS',
  ssm: 'SSM Parameter Store',
  s3: 'S3',
  cloudformation: 'CloudFormation',
  xray: 'X-Ray',
};

/** The support page as MDX: what the account is for, what it supports, where it differs. */
export function renderPage(support: Support): string {
  const { services, resourceTypes, differences } = support;
  const tests = new Set(
    [...services.flatMap(({ supported }) => supported), ...resourceTypes]
      .flatMap(({ test }) => (test ? [test] : []))
      .concat(differences.flatMap(({ found }) => (found ? [found] : [])))
      .map(({ file, name }) => `${file} ${name}`),
  );
  return [
    INTRODUCTION,
    '## The services {/* #services */}',
    '',
    '| Service | Supported | Refused by name |',
    '| --- | --- | --- |',
    ...services.map(
      ({ name, supported, refused }) =>
        `| [${titleOf(name)}](#${name}) | ${operations(supported.length)} | ${refused.length === 0 ? 'none' : refused.length} |`,
    ),
    '',
    `Beside these, CloudFormation deploys [${resourceTypes.length} resource types](#resource-types). The rows of this page name ${tests.size} tests.`,
    '',
    '## Where all services differ from AWS {/* #differences */}',
    '',
    ...differenceTable(support, 'account'),
    ...services.flatMap((service) => section(support, service)),
    '## Resource types of CloudFormation {/* #resource-types */}',
    '',
    'A template that asks for another type, or for a property that is refused, fails before anything is made, with the',
    'logical id, the type and the property in the message.',
    '',
    ...resourceTypes.flatMap(typeDetails),
  ].join('\n');
}

function section(support: Support, { name, supported, refused }: ServiceSupport): string[] {
  const rows = differenceTable(support, name);
  return [
    `## ${titleOf(name)} {/* #${name} */}`,
    '',
    ...(rows.length > 0 ? ['What differs from AWS:', '', ...rows] : []),
    ...details(`${operations(supported.length)} supported, each with a test`, [
      '| Operation | A test that calls it |',
      '| --- | --- |',
      ...supported.map((row) => `| \`${row.name}\` | ${cite(row.test)} |`),
    ]),
    ...(refused.length > 0
      ? details(
          `${operations(refused.length)} refused by name`,
          wrap(refused.map((operation) => `\`${operation}\``)),
        )
      : []),
  ];
}

function typeDetails({ name, properties, refused, test }: TypeSupport & Row): string[] {
  const lists = [
    ...(properties.length > 0
      ? wrap(['Properties:', ...properties.map((property) => `\`${property}\``)])
      : ['It has no properties.']),
    ...(refused.length > 0
      ? ['', ...wrap(['Refused:', ...refused.map((property) => `\`${property}\``)])]
      : []),
  ];
  const count = `${properties.length} ${properties.length === 1 ? 'property' : 'properties'}`;
  const title = `\`${name}\`: ${count}${refused.length > 0 ? `, ${refused.length} refused` : ''}`;
  return details(title, [...lists, '', `Deployed by ${cite(test)}`]);
}

function differenceTable({ differences }: Support, service: string): string[] {
  const rows = differences.filter((difference) => difference.service === service);
  if (rows.length === 0) return [];
  return [
    '| Here | Shown by |',
    '| --- | --- |',
    ...rows.map(({ text, aws, found }) => `| ${text} ([AWS](${aws})) | ${cite(found)} |`),
    '',
  ];
}

/** A test by its file, short, and its name. */
function cite(test: NamedTest | undefined): string {
  if (!test) return '**no test**';
  const file = test.file.replace(/^local-cloud\/(services\/)?/, '');
  return `\`${file}\`: ${code(test.name)}`;
}

/** A text as code in a table: backticks inside need a longer fence, bars would end the cell. */
function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  return `${fence}${text.replaceAll('|', '\\|')}${fence}`;
}

function details(summary: string, content: readonly string[]): string[] {
  return ['<details>', `<summary>${summary}</summary>`, '', ...content, '', '</details>', ''];
}

function operations(count: number): string {
  return `${count} ${count === 1 ? 'operation' : 'operations'}`;
}

function titleOf(name: string): string {
  return TITLES[name] ?? name;
}

/** Words in lines of at most 120 characters. */
function wrap(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < 120) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const INTRODUCTION = `---
title: What the local cloud supports
description: Operations, resource types and properties of the embedded AWS account, and where it differs from AWS.
---

{/* Written by ${REFRESH}: change the code or local-cloud/support/, not this file. */}

The checker deploys your stack to an AWS account that runs inside this project. It speaks the wire protocols of AWS, so the SDKs,
the AWS CLI and the CDK CLI work with it as they are. It is made for learning and for tests: it keeps AWS’s rules on order,
retries, limits and permissions, and it forgets everything when it stops. It is not made to carry load or to keep data.

What it does not have it refuses with an error that names the service and the operation, the resource type or the property. It
does not ignore what it does not know.

## Use it with your own client {/* #clients */}

\`\`\`bash illustrative="the server stays until Ctrl-C"
npm run cloud
\`\`\`

It prints the settings that clients need. They are the usual variables:

\`\`\`bash illustrative="the port is free to choose"
export AWS_ENDPOINT_URL=http://127.0.0.1:4566
export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
\`\`\`

Any access key will do. One that \`AssumeRole\` has given out acts as its role. In code, pass the same as \`endpoint\`, \`region\` and
\`credentials\`. A function in the account has all of it in its environment. For S3, path style and virtual-host style both work.

## How its time works {/* #time */}

With \`npm run cloud\`, time runs as it is. With \`--clock warp\`, and whenever the checker grades, it runs at normal speed too, but it
jumps while a caller waits for something that is due later and everything else is idle: a long poll, a visibility timeout, a
retry. It jumps to the next timer that can do work and not beyond the caller’s own deadline. So six hours of retries take
milliseconds and keep AWS’s order. [Start here](./start-here.mdx#checker) says what that means for a check.

## Make it fail {/* #faults */}

With \`--control <token>\` a test of yours can break the account on purpose:

\`\`\`bash illustrative="the token is free to choose"
npm run cloud -- --control my-token

curl "$AWS_ENDPOINT_URL/_control/inject-fault" -H 'x-control-token: my-token' \\
  -d '{"kind":"error","service":"dynamodb","operation":"PutItem","code":"ThrottlingException","times":2}'
\`\`\`

| Action | What it does |
| --- | --- |
| \`inject-fault\` | calls of a service fail (\`error\`), wait (\`latency\`) or end early (\`short-page\`), all of them or those that fit |
| \`kill-after\` | a function dies once it has made some calls, before it learns of the last one |
| \`kill-environments\` | a function’s environments die now |
| \`occupy\` | takes concurrency slots of a function |
| \`fail-entries\` | single entries of \`PutEvents\` fail |
| \`undo\`, \`clear-faults\` | take back one fault by its id, or all |

\`now\`, \`advance\`, \`wait\` and \`journal\` read and move the account’s time, and tell what has happened. An action that is sent something
wrong says what.
`;
