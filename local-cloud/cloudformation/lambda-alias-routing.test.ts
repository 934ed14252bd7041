import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, createAccount } from '../account.ts';

/** A stack with an alias of its function's versions, deployed in steps. */
let account: Account;

beforeAll(() => {
  account = createAccount({ clock: 'warp' });
});

afterAll(() => account.close());

const ROLE = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
  },
};

/** @param releases descriptions of the function, each of which was published; the last is what it is now */
function templateOf(releases: readonly string[], alias: object) {
  const versions = releases.map((Description, index) => [
    `Version${index + 1}`,
    {
      Type: 'AWS::Lambda::Version',
      Properties: { FunctionName: { Ref: 'Function' }, Description },
    },
  ]);
  return {
    Resources: {
      Role: ROLE,
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: 'orders',
          Description: releases.at(-1),
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Code: { ZipFile: 'exports.handler = async () => 1' },
        },
      },
      ...Object.fromEntries(versions),
      Alias: {
        Type: 'AWS::Lambda::Alias',
        Properties: { FunctionName: { Ref: 'Function' }, Name: 'live', ...alias },
      },
    },
  };
}

const aliasNow = () =>
  account.services.lambda.GetAlias({ FunctionName: 'orders', Name: 'live' }, account.call());

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-alias-aliasroutingconfiguration.html
describe('an alias in a stack', () => {
  it('gives a new version a share of the invocations, and then all of them', async () => {
    const version = (number: number) => ({ 'Fn::GetAtt': [`Version${number}`, 'Version'] });
    await account.deploy({
      stackName: 'Orders',
      template: templateOf(['first'], { FunctionVersion: version(1) }),
      assets: {},
    });
    const weights = [{ FunctionVersion: version(2), FunctionWeight: 0.1 }];
    const shared = { FunctionVersion: version(1), RoutingConfig: { AdditionalVersionWeights: weights } };
    await account.deploy({
      stackName: 'Orders',
      template: templateOf(['first', 'second'], shared),
      assets: {},
    });
    expect(await aliasNow()).toMatchObject({
      FunctionVersion: '1',
      RoutingConfig: { AdditionalVersionWeights: { 2: 0.1 } },
    });
    await account.deploy({
      stackName: 'Orders',
      template: templateOf(['first', 'second'], { FunctionVersion: version(2) }),
      assets: {},
    });
    const after = await aliasNow();
    expect(after.FunctionVersion).toBe('2');
    expect(after.RoutingConfig).toBeUndefined();
  });
});
