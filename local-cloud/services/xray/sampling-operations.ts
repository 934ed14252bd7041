import type {
  GetSamplingRulesRequest,
  GetSamplingRulesResult,
  GetSamplingStatisticSummariesRequest,
  GetSamplingStatisticSummariesResult,
  GetSamplingTargetsRequest,
  GetSamplingTargetsResult,
  SamplingRule,
  SamplingStatisticSummary,
  SamplingStatisticsDocument,
  UnprocessedStatistics,
} from '@aws-sdk/client-xray';
import { notSupported } from '../../errors.ts';
import { arnOf, type Cloud } from '../../service.ts';
import { invalidRequest } from './requests.ts';

const DEFAULT_RULE = 'Default';

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sampling.html: a quota is good for five minutes. */
const QUOTA_MS = 300_000;
/** The same page: services report every ten seconds. */
const INTERVAL_SECONDS = 10;
/** Of so many reporting windows the statistics are kept. */
const MOST_WINDOWS = 60;

/** The operations by which services learn what to sample. The account has the one rule that every account has. */
export function createSamplingOperations(cloud: Cloud) {
  const rule: SamplingRule = {
    RuleName: DEFAULT_RULE,
    RuleARN: arnOf(cloud, 'xray', `sampling-rule/${DEFAULT_RULE}`),
    ResourceARN: '*',
    Priority: 10_000,
    FixedRate: 0.05,
    ReservoirSize: 1,
    ServiceName: '*',
    ServiceType: '*',
    Host: '*',
    HTTPMethod: '*',
    URLPath: '*',
    Version: 1,
    Attributes: {},
  };
  const epoch = new Date(0);
  const windows = new Map<number, Required<Omit<SamplingStatisticSummary, 'RuleName' | 'Timestamp'>>>();

  function note({ RequestCount = 0, SampledCount = 0, BorrowCount = 0 }: SamplingStatisticsDocument): void {
    const start = Math.floor(cloud.clock.now() / (INTERVAL_SECONDS * 1000)) * INTERVAL_SECONDS * 1000;
    const known = windows.get(start) ?? { RequestCount: 0, SampledCount: 0, BorrowCount: 0 };
    windows.set(start, {
      RequestCount: known.RequestCount + RequestCount,
      SampledCount: known.SampledCount + SampledCount,
      BorrowCount: known.BorrowCount + BorrowCount,
    });
    if (windows.size > MOST_WINDOWS) windows.delete(windows.keys().next().value as number);
  }

  return {
    /** https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingRules.html */
    GetSamplingRules: (_input: GetSamplingRulesRequest): GetSamplingRulesResult => ({
      SamplingRuleRecords: [{ SamplingRule: rule, CreatedAt: epoch, ModifiedAt: epoch }],
    }),

    /**
     * Takes in what services sampled, and tells them what they may sample from now on.
     * https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingTargets.html
     */
    GetSamplingTargets(input: GetSamplingTargetsRequest): GetSamplingTargetsResult {
      const { SamplingStatisticsDocuments: documents, SamplingBoostStatisticsDocuments: boosts = [] } = input;
      if (!documents) throw invalidRequest('SamplingStatisticsDocuments are required.');
      if (boosts.length > 0) throw notSupported('A boost of the sampling rate in X-Ray');
      const known = documents.filter(({ RuleName }) => RuleName === DEFAULT_RULE);
      for (const document of known) note(document);
      return {
        SamplingTargetDocuments: known.map(({ RuleName }) => ({
          RuleName,
          FixedRate: rule.FixedRate,
          ReservoirQuota: rule.ReservoirSize,
          ReservoirQuotaTTL: new Date(cloud.clock.now() + QUOTA_MS),
          Interval: INTERVAL_SECONDS,
        })),
        LastRuleModification: epoch,
        UnprocessedStatistics: documents.filter((document) => !known.includes(document)).map(refuse),
        UnprocessedBoostStatistics: [],
      };
    },

    /** https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingStatisticSummaries.html */
    GetSamplingStatisticSummaries: (
      _input: GetSamplingStatisticSummariesRequest,
    ): GetSamplingStatisticSummariesResult => ({
      SamplingStatisticSummaries: [...windows].map(([start, counts]) => ({
        RuleName: DEFAULT_RULE,
        Timestamp: new Date(start),
        ...counts,
      })),
    }),
  };
}

function refuse({ RuleName }: SamplingStatisticsDocument): UnprocessedStatistics {
  return { RuleName, ErrorCode: 'RuleNotFound', Message: `There is no sampling rule ${RuleName}.` };
}
