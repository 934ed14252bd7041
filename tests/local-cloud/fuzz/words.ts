/** What the account holds before each operation is fuzzed; see resources.ts. */
export const NAME = 'fuzz';
export const ROLE_ARN = `arn:aws:iam::123456789012:role/${NAME}`;
export const QUEUE_ARN = `arn:aws:sqs:us-east-1:123456789012:${NAME}`;
const FUNCTION_ARN = `arn:aws:lambda:us-east-1:123456789012:function:${NAME}`;

export const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['sqs:*'], Resource: '*', Principal: '*' }],
});

export const TEMPLATE = JSON.stringify({
  Parameters: { Name: { Type: 'String', Default: 'a' } },
  Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 1 } } },
  Outputs: { Url: { Value: { Ref: 'Queue' } } },
});

const EXPRESSIONS = [
  'attribute_exists(id) AND NOT (size(#a) > :n OR begins_with(id, :v))',
  'SET #a = if_not_exists(#a, :n) + :n, b[0].c = list_append(b, :v) REMOVE d ADD e :n DELETE f :v',
  'id = :v AND sk BETWEEN :v AND :n',
  'id, #a[0].b',
  'id = :v',
];

const ARNS = [
  ROLE_ARN,
  QUEUE_ARN,
  FUNCTION_ARN,
  `arn:aws:dynamodb:us-east-1:123456789012:table/${NAME}`,
  `arn:aws:logs:us-east-1:123456789012:log-group:${NAME}:*`,
  `arn:aws:events:us-east-1:123456789012:event-bus/${NAME}`,
  `arn:aws:events:us-east-1:123456789012:rule/${NAME}`,
  `arn:aws:iam::123456789012:policy/${NAME}`,
  `arn:aws:s3:::${NAME}-bucket`,
  `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${NAME}`,
  `arn:aws:apigateway:us-east-1::/apis/${NAME}`,
];

/** Words by what a member's name ends with; the first fit counts. */
const BY_NAME: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /^(LogGroupName|LogStreamName|RoleName|TableName|QueueName|StackName|Name|AlarmName|FunctionName|RuleName|Rule|BusName|EventBusName|PolicyName|StageName|Key)$/i,
    [NAME],
  ],
  [/QueueUrl$/, [`http://127.0.0.1/123456789012/${NAME}`, NAME]],
  [/^PolicyArn$/, [`arn:aws:iam::123456789012:policy/${NAME}`]],
  [/Arns?$|^Resource(Id)?$|SourceArn|Principal|Role$/i, ARNS],
  [/^(Bucket|SourceBucket|S3Bucket)$/, [`${NAME}-bucket`]],
  [/CopySource$/, [`${NAME}-bucket/${NAME}`, `/${NAME}-bucket/a%20b?versionId=null`]],
  [/Template(Body)?$/, [TEMPLATE]],
  [/TemplateURL$/, [`https://s3.us-east-1.amazonaws.com/${NAME}-bucket/${NAME}`]],
  [/EventPattern$/, ['{"source":["a",{"prefix":"b"}],"detail":{"n":[{"numeric":[">",1,"<=",5]}]}}']],
  [
    /^filterPattern$/,
    ['{ $.level = "ERROR" && $.n > 1 }', '[a, b = 4*, ...]', 'ERROR -debug ?warn "x y"', '%a+%'],
  ],
  [/^(Policy|PolicyDocument|AssumeRolePolicyDocument|Document)/, [POLICY]],
  [/Expression$/, EXPRESSIONS],
  [/^(Detail|Event|Input|Payload|Dimensions)$/, ['{"a":[1,{"b":null}]}', '{"source":"a","detail":{"n":3}}']],
  [/InputTemplate$/, ['{"a":<b>,"c":"<aws.events.event.json>"}']],
  [/JSONPath|InputPath/i, ['$.detail.a', '$']],
  [/Schedule/, ['rate(5 minutes)', 'cron(0 12 * * ? *)']],
  [/(Next)?(Token|Marker)$/i, ['1', 'MQ==', 'bnVsbA==', '{"a":1}', 'eyJhIjoxfQ==']],
  [/RouteKey$/, ['GET /a/{b+}', '$default', 'ANY /']],
  [/IntegrationUri|^Target$/, [FUNCTION_ARN, 'integrations/a']],
  [/Range$/, ['bytes=0-3', 'bytes=-1', 'bytes=5-']],
  [/Handler$/, ['index.handler']],
  [/Runtime$/, ['nodejs20.x', 'nodejs22.x']],
  [/StreamName/i, [NAME]],
  [/Qualifier$|Version$/i, ['$LATEST', '1', 'live']],
  [/Tagging$/, ['a=b&c=d']],
  [/RedrivePolicy$/, [JSON.stringify({ deadLetterTargetArn: QUEUE_ARN, maxReceiveCount: 3 })]],
  [/(Id|Handle|ETag|Ids)$/, [NAME, '1', 'a1b2c3', 'null', '00000000-0000-0000-0000-000000000000']],
];

/** What stands in for any text: names of what is there, numbers as text, keys of attributes. */
const COMMON = [
  NAME,
  'id',
  'sk',
  ':v',
  '#a',
  '/fuzz/parameter',
  '1',
  '30',
  'true',
  'AWS/SQS',
  ...ARNS.slice(0, 3),
];

/**
 * Texts that mean something for a member of this name: names of what the account holds, documents in the
 * languages that it parses, and what the service's client lists for such a member.
 * @param client what the SDK client exports
 * @param live ids that the account has given out, by member
 */
export function wordsOf(
  client: object,
  live: Readonly<Record<string, string>>,
): (member: string) => readonly string[] {
  const enumerations = Object.entries(client).flatMap(([name, value]) =>
    isEnumeration(value) ? [[name, Object.values(value)] as const] : [],
  );
  const known = new Map<string, readonly string[]>();
  return (member) => {
    const id = live[member];
    if (id !== undefined) return [id];
    let words = known.get(member);
    if (!words) {
      const listed =
        enumerations.find(([name]) => name === member) ?? enumerations.find(([name]) => same(name, member));
      words = [
        ...(listed?.[1] ?? []),
        ...(BY_NAME.find(([pattern]) => pattern.test(member))?.[1] ?? (listed ? [] : COMMON)),
      ];
      known.set(member, words);
    }
    return words;
  };
}

function isEnumeration(value: unknown): value is Record<string, string> {
  return (
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.values(value).length > 0 &&
    Object.values(value).every((item) => typeof item === 'string')
  );
}

/** `AttributeType` is listed as `ScalarAttributeType`, `AttributeNames` as `QueueAttributeName`. */
function same(enumeration: string, member: string): boolean {
  const one = member.replace(/s$/, '').toLowerCase();
  return one.length > 3 && enumeration.toLowerCase().endsWith(one);
}
