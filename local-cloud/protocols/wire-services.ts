import type { StaticErrorSchema, StaticOperationSchema } from '@smithy/types';
import { PUT_SPANS } from './otlp-schema.ts';
import type { ErrorModel, WireService } from './types.ts';

/** What the official clients do not publish: names of the wire, and which client describes the service. */
const DESCRIPTIONS: Readonly<
  Record<
    string,
    Omit<WireService, 'operations' | 'errors'> & {
      client: () => Promise<object>;
      /** Operations that the client does not have. */
      unpublished?: readonly StaticOperationSchema[];
    }
  >
> = {
  sqs: {
    name: 'sqs',
    targetPrefix: 'AmazonSQS',
    jsonVersion: '1.0',
    query: {
      version: '2012-11-05',
      xmlNamespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
      codes: {
        InvalidParameterValueException: 'InvalidParameterValue',
        MissingRequiredParameterException: 'MissingParameter',
      },
      messages: { QueueDoesNotExist: 'The specified queue does not exist for this wsdl version.' },
    },
    client: () => import('@aws-sdk/client-sqs'),
  },
  dynamodb: {
    name: 'dynamodb',
    targetPrefix: 'DynamoDB_20120810',
    jsonVersion: '1.0',
    client: () => import('@aws-sdk/client-dynamodb'),
  },
  lambda: { name: 'lambda', client: () => import('@aws-sdk/client-lambda') },
  apigateway: { name: 'apigateway', client: () => import('@aws-sdk/client-apigatewayv2') },
  events: {
    name: 'events',
    targetPrefix: 'AWSEvents',
    jsonVersion: '1.1',
    client: () => import('@aws-sdk/client-eventbridge'),
  },
  logs: {
    name: 'logs',
    targetPrefix: 'Logs_20140328',
    jsonVersion: '1.1',
    client: () => import('@aws-sdk/client-cloudwatch-logs'),
  },
  monitoring: {
    name: 'monitoring',
    targetPrefix: 'GraniteServiceVersion20100801',
    jsonVersion: '1.0',
    query: { version: '2010-08-01', xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/' },
    client: () => import('@aws-sdk/client-cloudwatch'),
  },
  iam: {
    name: 'iam',
    query: { version: '2010-05-08', xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
    client: () => import('@aws-sdk/client-iam'),
  },
  sts: {
    name: 'sts',
    query: { version: '2011-06-15', xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
    client: () => import('@aws-sdk/client-sts'),
  },
  ssm: {
    name: 'ssm',
    targetPrefix: 'AmazonSSM',
    jsonVersion: '1.1',
    client: () => import('@aws-sdk/client-ssm'),
  },
  xray: { name: 'xray', client: () => import('@aws-sdk/client-xray'), unpublished: [PUT_SPANS] },
  s3: {
    name: 's3',
    restXml: { xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/' },
    client: () => import('@aws-sdk/client-s3'),
  },
  cloudformation: {
    name: 'cloudformation',
    query: { version: '2010-05-15', xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/' },
    client: () => import('@aws-sdk/client-cloudformation'),
  },
};

/** The signing names of the services that the account speaks for. */
export const WIRE_SERVICE_NAMES: readonly string[] = Object.keys(DESCRIPTIONS);

/** What the service's official client exports; undefined when there is no such service. */
export function clientOf(name: string): Promise<object> | undefined {
  return Object.hasOwn(DESCRIPTIONS, name) ? DESCRIPTIONS[name]?.client() : undefined;
}

const loaded = new Map<string, Promise<WireService>>();

/** How the service with this signing name is spoken to; its client is loaded at the first request. */
export function wireServiceOf(name: string): Promise<WireService> | undefined {
  const description = Object.hasOwn(DESCRIPTIONS, name) ? DESCRIPTIONS[name] : undefined;
  if (!description) return undefined;
  let service = loaded.get(name);
  if (!service) {
    const { client, unpublished = [], ...names } = description;
    service = client().then((published) => {
      const { operations, errors } = modelOf(published);
      for (const schema of unpublished) operations.set(schema[2], schema);
      return { ...names, operations, errors };
    });
    loaded.set(name, service);
  }
  return service;
}

/** Whether the service with this signing name takes request bodies as streams. */
export function takesStreams(name: string | undefined): boolean {
  return name !== undefined && Object.hasOwn(DESCRIPTIONS, name) && DESCRIPTIONS[name]?.restXml !== undefined;
}

/** The signing name behind an `X-Amz-Target`, for requests that are not signed. */
export function serviceOfTarget(target: string): string | undefined {
  const prefix = target.slice(0, target.lastIndexOf('.'));
  return Object.values(DESCRIPTIONS).find(({ targetPrefix }) => targetPrefix === prefix)?.name;
}

/** The kinds of schema that the clients export: 9 is an operation, -3 an error. */
const OPERATION = 9;
const ERROR = -3;

function modelOf(published: object) {
  const operations = new Map<string, StaticOperationSchema>();
  const errors = new Map<string, ErrorModel>();
  for (const [exportName, schema] of Object.entries(published)) {
    if (!exportName.endsWith('$') || !Array.isArray(schema)) continue;
    if (schema[0] === OPERATION) {
      const operation = schema as unknown as StaticOperationSchema;
      // The JSON protocols carry the name only; some clients' schemas qualify it with the namespace.
      operations.set(operation[2], resolved(operation));
    } else if (schema[0] === ERROR) {
      const error = errorModelOf(schema as unknown as StaticErrorSchema);
      errors.set(error.name, error);
    }
  }
  return { operations, errors };
}

/** An operation's input and output may stand behind functions: `() => shape`. */
function resolved(schema: StaticOperationSchema): StaticOperationSchema {
  const [kind, namespace, name, traits, input, output] = schema;
  const shapeOf = (shape: unknown) => (typeof shape === 'function' ? shape() : shape);
  return [kind, namespace, name, traits, shapeOf(input), shapeOf(output)];
}

function errorModelOf(schema: StaticErrorSchema): ErrorModel {
  const [, namespace, name, traits, memberNames] = schema;
  const { httpError, error, awsQueryError } = typeof traits === 'object' ? traits : {};
  const [queryCode, queryStatus] = Array.isArray(awsQueryError) ? awsQueryError : [];
  const status = httpError ?? queryStatus ?? (error === 'server' ? 500 : 400);
  return { namespace, name, status: Number(status), queryCode, memberNames, schema };
}
