import { expect, test } from 'vitest';
import { checkAlarm } from './definition.ts';
import { evaluate } from './evaluate.ts';

/** Periods as AWS's documentation draws them, oldest first: X breaches, 0 does not, - is missing. */
function periodsOf(picture: string) {
  return picture.split(' ').map((sign, index) => {
    const at = 1_700_000_000_000 + index * 60_000;
    return sign === '-' ? { at } : { at, value: sign === 'X' ? 2 : 0, sampleCount: 1 };
  });
}

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

function verdicts(picture: string, datapoints: number) {
  return TREATMENTS.map((TreatMissingData) => {
    const definition = checkAlarm({
      AlarmName: 'a',
      Namespace: 'Shop',
      MetricName: 'Failed',
      Statistic: 'Sum',
      Period: 60,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 3,
      DatapointsToAlarm: datapoints,
      TreatMissingData,
    });
    const reached = (['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const).map(
      (current) => evaluate(definition, current, periodsOf(picture), 0)?.state ?? current,
    );
    return new Set(reached).size === 1 ? reached[0] : 'stays';
  });
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html has these tables.
test.each([
  ['0 - X - X', ['OK', 'OK', 'OK', 'OK']],
  ['- - - - 0', ['OK', 'OK', 'OK', 'OK']],
  ['- - - - -', ['INSUFFICIENT_DATA', 'stays', 'ALARM', 'OK']],
  ['0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['- - X - -', ['ALARM', 'stays', 'ALARM', 'OK']],
])(
  '3 out of 3: %s is, with missing data missing, ignored, breaching, not breaching: %s',
  (picture, states) => {
    expect(verdicts(picture, 3)).toEqual(states);
  },
);

test.each([
  ['0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - X -', ['ALARM', 'stays', 'ALARM', 'OK']],
])(
  '2 out of 3: %s is, with missing data missing, ignored, breaching, not breaching: %s',
  (picture, states) => {
    expect(verdicts(picture, 2)).toEqual(states);
  },
);
