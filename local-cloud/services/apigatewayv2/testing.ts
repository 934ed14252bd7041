import { request as httpRequest } from 'node:http';
import type { InvocationRequest, InvocationResponse } from '@aws-sdk/client-lambda';
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda';
import type { CloudOptions } from '../../cloud.ts';
import type { JournalEntry } from '../../journal.ts';
import type { Call } from '../../service.ts';
import { testCall, testCloud } from '../../testing.ts';
import { createApiGatewayV2 } from './index.ts';

export const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:orders';

/** A function of a test: gets the event, returns what Lambda would answer to Invoke. */
type TestFunction = (
  event: APIGatewayProxyEventV2 & APIGatewayProxyEvent,
  call: Call,
  input: InvocationRequest,
) => unknown;

export interface SentRequest {
  method?: string;
  /** Name and value by turns, when a name occurs twice or its spelling matters. */
  headers?: Record<string, string | string[]> | string[];
  body?: string | Buffer;
}

export interface Received {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  bytes: Buffer;
}

/** An account with API Gateway and a function that the test writes. */
export function testApiGateway(options: CloudOptions = {}) {
  const cloud = testCloud({ endpoint: () => 'http://127.0.0.1:4566', ...options });
  const invocations: {
    input: InvocationRequest;
    event: APIGatewayProxyEventV2 & APIGatewayProxyEvent;
    call: Call;
  }[] = [];
  let fn: TestFunction = () => ({ statusCode: 200, body: 'ok' });
  const lambda = {
    async Invoke(input: InvocationRequest, call: Call): Promise<InvocationResponse> {
      const event = JSON.parse(Buffer.from(input.Payload as Uint8Array).toString('utf8'));
      invocations.push({ input, event, call });
      const result = await fn(event, call, input);
      if (result instanceof RawResponse) return result.response;
      return rawResponse(JSON.stringify(result ?? null)).response;
    },
  };
  const { operations, ...service } = createApiGatewayV2(cloud, { lambda });
  const call = () => testCall(cloud);
  return {
    cloud,
    service,
    operations,
    call,
    invocations,
    /** What the function does from now on. */
    handle(handler: TestFunction): void {
      fn = handler;
    },
    /** An API with these routes, all to one function, served by `$default`. */
    async createApi(
      routeKeys: readonly string[] = ['$default'],
      {
        cors,
        payload = '2.0',
        stage = '$default',
        timeout,
      }: {
        cors?: Parameters<typeof operations.CreateApi>[0]['CorsConfiguration'];
        payload?: '1.0' | '2.0';
        stage?: string;
        timeout?: number;
      } = {},
    ): Promise<{ ApiId: string; url: string; IntegrationId: string }> {
      const { ApiId = '', ApiEndpoint: url = '' } = await operations.CreateApi({
        Name: 'shop',
        ProtocolType: 'HTTP',
        CorsConfiguration: cors,
      });
      const { IntegrationId = '' } = operations.CreateIntegration({
        ApiId,
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: FUNCTION_ARN,
        PayloadFormatVersion: payload,
        TimeoutInMillis: timeout,
      });
      for (const RouteKey of routeKeys) {
        operations.CreateRoute({ ApiId, RouteKey, Target: `integrations/${IntegrationId}` });
      }
      operations.CreateStage({ ApiId, StageName: stage, AutoDeploy: true });
      return { ApiId, url, IntegrationId };
    },
    /** The event that the function got last. */
    lastEvent(): APIGatewayProxyEventV2 & APIGatewayProxyEvent {
      const last = invocations.at(-1);
      if (!last) throw new Error('The function was not called.');
      return last.event;
    },
    journal(type: JournalEntry['type']): JournalEntry[] {
      return cloud.journal.read().filter((entry) => entry.type === type);
    },
    async [Symbol.asyncDispose]() {
      await service.stop();
      cloud[Symbol.dispose]();
    },
  };
}

/** What Invoke answers, when a test wants to say it all. */
class RawResponse {
  readonly response: InvocationResponse;
  constructor(response: InvocationResponse) {
    this.response = response;
  }
}

/** An answer to Invoke with this payload, byte for byte. */
export function rawResponse(payload: string, others: Partial<InvocationResponse> = {}): RawResponse {
  return new RawResponse({
    StatusCode: 200,
    Payload: Buffer.from(payload) as Uint8Array as InvocationResponse['Payload'],
    ...others,
  });
}

/** Sends a request as it stands: nothing is normalized. */
export function send(
  url: string,
  path: string,
  { method = 'GET', headers = {}, body }: SentRequest = {},
): Promise<Received> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: bytes.toString('utf8'),
          bytes,
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
