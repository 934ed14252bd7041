import type {
  CreateDeploymentRequest,
  CreateDeploymentResponse,
  DeleteDeploymentRequest,
  GetDeploymentRequest,
  GetDeploymentResponse,
  GetDeploymentsRequest,
  GetDeploymentsResponse,
  UpdateDeploymentRequest,
  UpdateDeploymentResponse,
} from '@aws-sdk/client-apigatewayv2';
import type { Apis } from './apis.ts';
import { badRequest, conflict, notFound, tooMany } from './errors.ts';
import { QUOTAS, type StoredApi, type StoredDeployment } from './model.ts';
import { pageOf } from './paging.ts';

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-deployments.html */
export function createDeploymentOperations(apis: Apis) {
  return {
    CreateDeployment({ ApiId, StageName, Description }: CreateDeploymentRequest): CreateDeploymentResponse {
      const api = apis.get(ApiId);
      const stage = StageName === undefined ? undefined : apis.stage(api, StageName);
      if (stage?.AutoDeploy) {
        throw badRequest('Deployment ID cannot be set on a stage with AutoDeploy enabled');
      }
      if (api.routes.size === 0) throw badRequest('At least one route is required before deploying the Api.');
      if (api.deployments.size >= QUOTAS.deployments) throw tooMany('Deployments', QUOTAS.deployments);
      const { description } = apis.deploy(api, { automatic: false, description: Description });
      if (stage) stage.DeploymentId = description.DeploymentId;
      return structuredClone(description);
    },

    GetDeployment: ({ ApiId, DeploymentId }: GetDeploymentRequest): GetDeploymentResponse =>
      structuredClone(deploymentOf(apis.get(ApiId), DeploymentId).description),

    GetDeployments: ({ ApiId, ...page }: GetDeploymentsRequest): GetDeploymentsResponse =>
      pageOf(
        Array.from(apis.get(ApiId).deployments.values(), ({ description }) => description),
        page,
      ),

    UpdateDeployment({
      ApiId,
      DeploymentId,
      Description,
    }: UpdateDeploymentRequest): UpdateDeploymentResponse {
      const { description } = deploymentOf(apis.get(ApiId), DeploymentId);
      if (Description !== undefined) description.Description = Description;
      return structuredClone(description);
    },

    DeleteDeployment({ ApiId, DeploymentId }: DeleteDeploymentRequest): void {
      const api = apis.get(ApiId);
      deploymentOf(api, DeploymentId);
      const user = [...api.stages.values()].find((stage) => stage.DeploymentId === DeploymentId);
      if (user)
        throw conflict(
          `Active stages pointing to this deployment must be moved or deleted: ${user.StageName}`,
        );
      api.deployments.delete(DeploymentId ?? '');
    },
  };
}

function deploymentOf(api: StoredApi, id: string | undefined): StoredDeployment {
  const deployment = api.deployments.get(id ?? '');
  if (!deployment) throw notFound(`Invalid Deployment identifier specified ${id}`);
  return deployment;
}
