import type { Api, Deployment, Integration, Route, Stage } from '@aws-sdk/client-apigatewayv2';
import type { Listener } from '../../listen.ts';
import type { Definition } from './definition.ts';

/** An API with all that belongs to it, each part in the shape in which the SDK describes it. */
export interface StoredApi {
  readonly id: string;
  readonly arn: string;
  readonly description: Api;
  readonly integrations: Map<string, Integration>;
  readonly routes: Map<string, Route>;
  readonly stages: Map<string, StoredStage>;
  readonly deployments: Map<string, StoredDeployment>;
  /** The port on which the API answers. */
  readonly listener: Listener;
}

export type StoredStage = Stage & { StageName: string };

export interface StoredDeployment {
  readonly description: Deployment & { DeploymentId: string };
  /** What the API was when it was deployed. */
  readonly definition: Definition;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const QUOTAS = {
  routes: 300,
  integrations: 300,
  stages: 10,
  deployments: 5000,
  /** Of a request. */
  bodyBytes: 10 * 1024 * 1024,
  /** Request line and header values together. */
  headerBytes: 10_240,
  /** Requests per second and bucket size of an account, over all its APIs. */
  account: { rate: 10_000, burst: 5_000 },
  shortestTimeoutMs: 50,
  longestTimeoutMs: 30_000,
} as const;
