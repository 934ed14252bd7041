import type {
  CreateStageRequest,
  CreateStageResponse,
  DeleteRouteSettingsRequest,
  DeleteStageRequest,
  GetStageRequest,
  GetStageResponse,
  GetStagesRequest,
  GetStagesResponse,
  RouteSettings,
  UpdateStageRequest,
  UpdateStageResponse,
} from '@aws-sdk/client-apigatewayv2';
import { notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import type { Apis } from './apis.ts';
import { assignGiven } from './assign.ts';
import { badRequest, conflict, notFound, tooMany } from './errors.ts';
import { QUOTAS, type StoredApi, type StoredStage } from './model.ts';
import { pageOf } from './paging.ts';
import { refuseMembers } from './refusals.ts';
import { checkTags } from './tags.ts';

type StageSettings = Omit<CreateStageRequest, 'ApiId'>;

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html */
export function createStageOperations(cloud: Cloud, apis: Apis) {
  return {
    CreateStage({ ApiId, ...settings }: CreateStageRequest): CreateStageResponse {
      const api = apis.get(ApiId);
      const stage = addStage(cloud, api, settings);
      if (stage.AutoDeploy) apis.changed(api);
      return structuredClone(stage);
    },

    GetStage: ({ ApiId, StageName }: GetStageRequest): GetStageResponse =>
      structuredClone(apis.stage(apis.get(ApiId), StageName)),

    GetStages: ({ ApiId, ...page }: GetStagesRequest): GetStagesResponse =>
      pageOf(structuredClone([...apis.get(ApiId).stages.values()]), page),

    UpdateStage({ ApiId, StageName, ...settings }: UpdateStageRequest): UpdateStageResponse {
      const api = apis.get(ApiId);
      const stage = apis.stage(api, StageName);
      checkStage('UpdateStage', api, { AutoDeploy: stage.AutoDeploy, ...settings });
      const startsDeploying = settings.AutoDeploy === true && !stage.AutoDeploy;
      assignGiven(stage, { ...knownSettings(settings), LastUpdatedDate: new Date(cloud.clock.now()) });
      // Limits that are not given stay as they are.
      if (settings.DefaultRouteSettings) {
        stage.DefaultRouteSettings = { ...stage.DefaultRouteSettings, ...settings.DefaultRouteSettings };
      }
      if (startsDeploying) apis.changed(api);
      return structuredClone(stage);
    },

    DeleteStage({ ApiId, StageName }: DeleteStageRequest): void {
      const api = apis.get(ApiId);
      apis.stage(api, StageName);
      api.stages.delete(StageName ?? '');
    },

    DeleteRouteSettings({ ApiId, StageName, RouteKey }: DeleteRouteSettingsRequest): void {
      const stage = apis.stage(apis.get(ApiId), StageName);
      const settings = stage.RouteSettings ?? {};
      if (!Object.hasOwn(settings, RouteKey ?? ''))
        throw notFound(`Unable to find RouteSettings by key ${RouteKey}`);
      delete settings[RouteKey ?? ''];
    },
  };
}

/** Adds a stage; the caller deploys to it. */
export function addStage(cloud: Cloud, api: StoredApi, settings: StageSettings): StoredStage {
  const { StageName } = settings;
  if (!StageName || !/^(\$default|[A-Za-z0-9_-]{1,128})$/.test(StageName)) {
    throw badRequest('Stage name only allows $default or a-zA-Z0-9_- and at most 128 characters');
  }
  if (api.stages.has(StageName)) throw conflict('Stage already exists');
  checkStage('CreateStage', api, settings);
  if (api.stages.size >= QUOTAS.stages) throw tooMany('Stages', QUOTAS.stages);
  const now = new Date(cloud.clock.now());
  const stage: StoredStage = {
    StageName,
    CreatedDate: now,
    DefaultRouteSettings: { DetailedMetricsEnabled: false, ...settings.DefaultRouteSettings },
    LastUpdatedDate: now,
    RouteSettings: {},
    StageVariables: {},
    Tags: settings.Tags ?? {},
  };
  assignGiven(stage, knownSettings(settings));
  api.stages.set(StageName, stage);
  return stage;
}

function knownSettings(settings: Partial<StageSettings>): Partial<StoredStage> {
  const { AutoDeploy, DeploymentId, Description, RouteSettings, StageVariables } = settings;
  return { AutoDeploy, DeploymentId, Description, RouteSettings, StageVariables };
}

function checkStage(operation: string, api: StoredApi, settings: Partial<StageSettings>): void {
  refuseMembers(operation, settings, ['AccessLogSettings', 'ClientCertificateId']);
  if (settings.DeploymentId !== undefined) {
    if (settings.AutoDeploy)
      throw badRequest('Deployment ID cannot be set on a stage with AutoDeploy enabled');
    if (!api.deployments.has(settings.DeploymentId)) {
      throw badRequest(`Deployment ID ${settings.DeploymentId} does not exist`);
    }
  }
  checkRouteSettings(settings.DefaultRouteSettings);
  const keys = new Set(Array.from(api.routes.values(), ({ RouteKey }) => RouteKey));
  for (const [key, route] of Object.entries(settings.RouteSettings ?? {})) {
    if (!keys.has(key))
      throw notFound(`Unable to find Route by key ${key} within the provided RouteSettings`);
    checkRouteSettings(route);
  }
  const strange = Object.entries(settings.StageVariables ?? {}).find(
    ([name, value]) => !/^\w+$/.test(name) || typeof value !== 'string' || !/^[\w.~:/?#&=,-]*$/.test(value),
  );
  if (strange)
    throw badRequest(
      `Invalid stage variable ${strange[0]}: names are alphanumeric, values may hold A-Za-z0-9-._~:/?#&=,`,
    );
  checkTags(settings.Tags ?? {});
}

function checkRouteSettings(settings: RouteSettings | undefined): void {
  if (!settings) return;
  const {
    DataTraceEnabled,
    DetailedMetricsEnabled,
    LoggingLevel,
    ThrottlingBurstLimit,
    ThrottlingRateLimit,
  } = settings;
  if (DataTraceEnabled || (LoggingLevel !== undefined && LoggingLevel !== 'OFF')) {
    throw badRequest('Execution logs are not supported on protocolType HTTP');
  }
  if (DetailedMetricsEnabled) throw notSupported('DetailedMetricsEnabled');
  if ((ThrottlingBurstLimit ?? 0) < 0 || (ThrottlingRateLimit ?? 0) < 0) {
    throw badRequest('Throttling limits must not be negative');
  }
}
