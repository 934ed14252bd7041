import type { Integration, Route } from '@aws-sdk/client-apigatewayv2';
import { listenOnLoopback } from '../../listen.ts';
import type { Cloud } from '../../service.ts';
import { createApiServer } from './api-server.ts';
import { defineApi } from './definition.ts';
import { notFound } from './errors.ts';
import type { Gateway } from './gateway.ts';
import { resourceId } from './ids.ts';
import type { StoredApi, StoredDeployment, StoredStage } from './model.ts';

/** The account's APIs. */
export interface Apis {
  all(): StoredApi[];
  /** @throws NotFoundException */
  get(apiId: string | undefined): StoredApi;
  /** Opens a port and puts an API without routes behind it. */
  create(
    description: Omit<StoredApi['description'], 'ApiId' | 'ApiEndpoint' | 'CreatedDate'>,
  ): Promise<StoredApi>;
  delete(apiId: string | undefined): Promise<void>;
  /** Keeps the API as it is now, for a stage to serve. */
  deploy(api: StoredApi, options: { automatic: boolean; description?: string }): StoredDeployment;
  /** Something of the API has changed: its stages with automatic deployment serve it from now on. */
  changed(api: StoredApi): void;
  /** @throws NotFoundException */
  integration(api: StoredApi, id: string | undefined): Integration;
  /** @throws NotFoundException */
  route(api: StoredApi, id: string | undefined): Route;
  /** @throws NotFoundException */
  stage(api: StoredApi, name: string | undefined): StoredStage;
  close(): Promise<void>;
}

/** Makes an empty set of APIs. */
export function createApis(cloud: Cloud, gateway: Gateway): Apis {
  const apis = new Map<string, StoredApi>();
  const now = () => new Date(cloud.clock.now());

  const store: Apis = {
    all: () => [...apis.values()],

    get(apiId) {
      const api = apis.get(apiId ?? '');
      if (!api) throw notFound(`Invalid API identifier specified ${cloud.accountId}:${apiId}`);
      return api;
    },

    async create(description) {
      const id = resourceId(cloud, 10);
      const listener = await listenOnLoopback(() => createApiServer(cloud, gateway, () => store.get(id)), 0);
      const api: StoredApi = {
        id,
        arn: `arn:${cloud.partition}:apigateway:${cloud.region}::/apis/${id}`,
        description: { ...description, ApiId: id, ApiEndpoint: listener.url, CreatedDate: now() },
        integrations: new Map(),
        routes: new Map(),
        stages: new Map(),
        deployments: new Map(),
        listener,
      };
      apis.set(id, api);
      return api;
    },

    async delete(apiId) {
      const { id, listener } = store.get(apiId);
      apis.delete(id);
      await listener.close();
    },

    deploy(api, { automatic, description }) {
      const DeploymentId = resourceId(cloud, 6);
      const deployment: StoredDeployment = {
        description: {
          AutoDeployed: automatic,
          CreatedDate: now(),
          DeploymentId,
          DeploymentStatus: 'DEPLOYED',
          ...(description !== undefined && { Description: description }),
        },
        definition: defineApi(api.routes.values(), api.integrations, api.description.CorsConfiguration),
      };
      api.deployments.set(DeploymentId, deployment);
      return deployment;
    },

    changed(api) {
      const stages = [...api.stages.values()].filter(({ AutoDeploy }) => AutoDeploy);
      if (stages.length === 0) return;
      const { description } = store.deploy(api, {
        automatic: true,
        description: 'Automatic deployment triggered by changes to the Api configuration',
      });
      for (const stage of stages) {
        stage.DeploymentId = description.DeploymentId;
        stage.LastDeploymentStatusMessage = `Successfully deployed stage with deployment ID '${description.DeploymentId}'`;
        stage.LastUpdatedDate = now();
      }
      dropUnusedDeployments(api);
    },

    integration(api, id) {
      const integration = api.integrations.get(id ?? '');
      if (!integration) throw notFound(`Invalid Integration identifier specified ${id}`);
      return integration;
    },

    route(api, id) {
      const route = api.routes.get(id ?? '');
      if (!route) throw notFound(`Invalid Route identifier specified ${id}`);
      return route;
    },

    stage(api, name) {
      const stage = api.stages.get(name ?? '');
      if (!stage) throw notFound(`Invalid stage identifier specified ${name}`);
      return stage;
    },

    async close() {
      const open = [...apis.values()];
      apis.clear();
      await Promise.all(open.map(({ listener }) => listener.close()));
    },
  };
  return store;
}

/** Automatic deployments that no stage serves any more would pile up with every change. */
function dropUnusedDeployments(api: StoredApi): void {
  const used = new Set(Array.from(api.stages.values(), ({ DeploymentId }) => DeploymentId));
  for (const [id, { description }] of api.deployments) {
    if (description.AutoDeployed && !used.has(id)) api.deployments.delete(id);
  }
}
