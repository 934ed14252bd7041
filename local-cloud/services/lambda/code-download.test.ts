import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateFunctionCommand, GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { createAccount } from '../../account.ts';

const SOURCE = 'export const handler = async () => 1';

/** An account that listens, with a role for functions. */
async function listening() {
  const account = createAccount({ clock: 'warp' });
  const lambda = new LambdaClient({
    endpoint: await account.listen(),
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
  });
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const { Role } = await account.services.iam.CreateRole(
    {
      RoleName: 'worker',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    },
    account.call(),
  );
  return {
    account,
    create: (Code: { ZipFile: Uint8Array } | { S3Bucket: string; S3Key: string }) =>
      lambda.send(
        new CreateFunctionCommand({
          FunctionName: 'orders',
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Role: Role?.Arn,
          Code,
        }),
      ),
    async location(): Promise<string> {
      const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName: 'orders' }));
      return Code?.Location ?? '';
    },
    [Symbol.asyncDispose]: () => account.close(),
  };
}

// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
describe("the address of a function's code", () => {
  it('gives the zip as it came', async () => {
    await using test = await listening();
    const ZipFile = zipSync({ 'index.mjs': strToU8(SOURCE) });
    await test.create({ ZipFile });
    const response = await fetch(await test.location());
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(Buffer.from(await response.arrayBuffer()).equals(ZipFile)).toBe(true);
  });

  it('gives a zip of code that came as a folder', async () => {
    await using test = await listening();
    const folder = join(test.account.cloud.scratch, 'bundle');
    mkdirSync(join(folder, 'lib'), { recursive: true });
    writeFileSync(join(folder, 'index.mjs'), SOURCE);
    writeFileSync(join(folder, 'lib', 'order.mjs'), '');
    test.account.assets.register('bundle.zip', folder);
    await test.create({ S3Bucket: 'assets', S3Key: 'bundle.zip' });
    const zip = unzipSync(new Uint8Array(await (await fetch(await test.location())).arrayBuffer()));
    expect(Object.keys(zip)).toEqual(['index.mjs', 'lib/order.mjs']);
    expect(strFromU8(zip['index.mjs'] ?? new Uint8Array())).toBe(SOURCE);
  });

  it('is valid for ten minutes', async () => {
    await using test = await listening();
    await test.create({ ZipFile: zipSync({ 'index.mjs': strToU8(SOURCE) }) });
    const location = await test.location();
    await test.account.cloud.clock.advance(600_000);
    expect((await fetch(location)).status).toBe(403);
    expect((await fetch(await test.location())).status).toBe(200);
  });

  it('is nobody’s guess', async () => {
    await using test = await listening();
    await test.create({ ZipFile: zipSync({ 'index.mjs': strToU8(SOURCE) }) });
    const guessed = (await test.location()).replace(/[^/]+\.zip$/, 'orders.zip');
    expect((await fetch(guessed)).status).toBe(403);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
it('a zip of tens of megabytes comes through', async () => {
  await using test = await listening();
  const ZipFile = zipSync(
    { 'index.mjs': strToU8(SOURCE), 'model.bin': randomBytes(20_000_000) },
    { level: 0 },
  );
  await expect(test.create({ ZipFile })).resolves.toMatchObject({ CodeSize: ZipFile.length });
});
