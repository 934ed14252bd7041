import { expect, it } from 'vitest';
import { testCall, testCloud } from '../../testing.ts';
import { createS3 } from './index.ts';

it('lets the account itself read an object, large or small, or know that it is not there', async () => {
  using cloud = testCloud();
  const s3 = createS3(cloud, {
    sqs: { SendMessage: () => Promise.reject(new Error('Nothing is sent here.')) },
    lambda: { Invoke: () => Promise.reject(new Error('Nothing is invoked here.')) },
    publish: () => {},
    refusal: () => undefined,
  });
  s3.createBucket('assets');
  const large = Buffer.alloc(300_000, 'z');
  await s3.operations.PutObject({ Bucket: 'assets', Key: 'large', Body: large }, testCall(cloud));
  await s3.operations.PutObject({ Bucket: 'assets', Key: 'small', Body: '{}' }, testCall(cloud));
  expect(await s3.read('assets', 'large')).toEqual(large);
  expect(await s3.read('assets', 'small')).toEqual(Buffer.from('{}'));
  expect(await s3.read('assets', 'missing')).toBeUndefined();
  expect(await s3.read('elsewhere', 'small')).toBeUndefined();
});
